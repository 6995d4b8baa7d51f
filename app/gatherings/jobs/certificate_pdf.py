"""What a certificate looks like on paper: A4 landscape, calm, readable from a wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import force_locale, format_date, ngettext
from flask_babel import gettext as _

from app.gatherings.models import Certificate
from app.web.assets import DIST, built_name

LAKE, EMBER, INK, SOFT, PAPER = (
    (14, 95, 107),
    (224, 105, 58),
    (34, 30, 26),
    (90, 83, 75),
    (250, 247, 242),
)
WIDTH, HEIGHT, MARGIN = 297, 210, 26
MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Texts:
    """Every line of a certificate, in the language of the course."""

    heading: str
    name: str
    took_part: str
    title: str
    when: str
    check: str
    code: str
    issued: str

    @classmethod
    def of(cls, row: Certificate, base_url: str) -> Texts:
        """The lines of a certificate that comes with booking and gathering."""
        with force_locale(row.booking.gathering.language):
            return cls(
                heading=_("Certificate of attendance"),
                name=row.person_name,
                took_part=_("took part in"),
                title=row.title,
                when=f"{_span(row.first_day, row.last_day)}, {_length(row.minutes)}",
                check=_("Can be checked at %(address)s", address=f"{base_url}/certificates/check"),
                code="-".join(row.code[place : place + 4] for place in range(0, len(row.code), 4)),
                issued=_until(row),
            )


def _span(first: date, last: date) -> str:
    if first == last:
        return str(format_date(first, "long"))
    return f"{format_date(first, 'long')} – {format_date(last, 'long')}"


def _length(minutes: int) -> str:
    hours = round(minutes / MINUTES_OF_AN_HOUR, 1)
    whole = int(hours) if hours == int(hours) else hours
    return str(ngettext("%(num)s hour", "%(num)s hours", whole))


def _until(row: Certificate) -> str:
    issued = format_date(row.issued_at.date(), "long")
    if row.valid_until is None:
        return str(_("Issued on %(day)s", day=issued))
    until = format_date(row.valid_until, "long")
    return str(_("Issued on %(day)s, valid until %(until)s", day=issued, until=until))


def written(texts: Texts) -> bytes:
    """The certificate as a PDF file."""
    pdf = _empty()
    pdf.set_fill_color(*PAPER)
    pdf.rect(0, 0, WIDTH, HEIGHT, style="F")
    pdf.set_fill_color(*LAKE)
    pdf.rect(0, 0, 9, HEIGHT, style="F")
    pdf.set_fill_color(*EMBER)
    pdf.rect(9, 0, 3, HEIGHT, style="F")
    _mark(pdf)
    _line(pdf, 58, texts.heading.upper(), "text", 13, SOFT)
    _line(pdf, 70, texts.name, "display", _fitting(pdf, texts.name, 38), INK)
    _line(pdf, 92, texts.took_part, "text", 13, SOFT)
    _line(pdf, 102, texts.title, "display", _fitting(pdf, texts.title, 26), LAKE)
    _line(pdf, 119, texts.when, "text", 14, INK)
    _line(pdf, 164, texts.issued, "text", 11, SOFT)
    _line(pdf, 172, texts.code, "bold", 13, INK)
    _line(pdf, 180, texts.check, "text", 10, SOFT)
    return bytes(pdf.output())


def _empty() -> Any:
    from fpdf import FPDF  # noqa: PLC0415 - takes two seconds to load, in the worker only

    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    for family, name in (("text", "regular"), ("bold", "bold"), ("display", "display")):
        pdf.add_font(family, fname=DIST / built_name(f"print-{name}.ttf"))
    pdf.add_page()
    return pdf


def _mark(pdf: Any) -> None:
    """The two that meet, as in the logo."""
    pdf.set_fill_color(*LAKE)
    pdf.ellipse(MARGIN + 6, 26, 13, 13, style="F")
    pdf.set_fill_color(*EMBER)
    pdf.ellipse(MARGIN + 16, 31, 11, 11, style="F")
    pdf.set_font("display", size=17)
    pdf.set_text_color(*INK)
    pdf.text(MARGIN + 32, 38, "Tandem")


def _fitting(pdf: Any, text: str, size: int) -> int:
    """The largest size up to `size` at which the text stays on one line."""
    room = WIDTH - 2 * MARGIN - 12
    for smaller in range(size, 9, -1):
        pdf.set_font("display", size=smaller)
        if pdf.get_string_width(text) <= room:
            return smaller
    return 9


def _line(
    pdf: Any, y: float, text: str, family: str, size: int, colour: tuple[int, int, int]
) -> None:
    pdf.set_font(family, size=size)
    pdf.set_text_color(*colour)
    pdf.set_xy(MARGIN + 6, y)
    pdf.cell(WIDTH - 2 * MARGIN - 12, 10, text)
