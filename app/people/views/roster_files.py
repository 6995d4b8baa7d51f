"""Files for imports: templates to fill in, and all people as a file that changes nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from flask import Response
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork
from app.domain.collation import in_order
from app.domain.roster.columns import PEOPLE, Column
from app.domain.roster.facts import Home, KnownPerson
from app.domain.tables import marked
from app.people.queries import roster
from app.web.export import XLSX_TYPE, csv_bytes, download
from app.web.locale import chosen_locale


def roster_download(session: UnitOfWork, form: str, people: Sequence[int]) -> Response:
    """These people in the columns of the import, by name. `form` is `csv` or `xlsx`."""
    today = clock.now().date()
    known = in_order(
        roster.everybody(session, people), lambda person: (person.family_name, person.given_name)
    )
    headers = [column.name(chosen_locale()) for column in PEOPLE]
    rows = [roster_row(person, today) for person in known]
    return download(form, "people", headers, rows, locale=chosen_locale())


def roster_row(person: KnownPerson, today: date) -> list[str]:
    """A person as a row that an import finds unchanged."""
    home = _home(person, today)
    values = {
        "department": home.team[0] if home else "",
        "team": home.team[1] if home else "",
        "team_since": home.starts_on.isoformat() if home else "",
        "joined_on": person.joined_on.isoformat(),
        "left_on": person.left_on.isoformat() if person.left_on else "",
        "locale": person.locale or "",
        "skills": "; ".join(sorted(person.skills)),
    }
    return [marked(values.get(c.key, getattr(person, c.key, ""))) for c in PEOPLE]


def _home(person: KnownPerson, today: date) -> Home | None:
    """Today's home, else the last one before, else the first to come."""
    begun = [home for home in person.homes if home.starts_on <= today]
    return begun[-1] if begun else next(iter(person.homes), None)


def template_download(form: str, columns: Sequence[Column], name: str) -> Response:
    """A file with the headers and one example row; Excel also explains each column."""
    headers = [column.name(chosen_locale()) for column in columns]
    example = [column.example for column in columns]
    if form == "csv":
        content = csv_bytes(headers, [example], locale=chosen_locale())
        kind = "text/csv; charset=utf-8"
    else:
        content, kind = _template_workbook(headers, example, columns), XLSX_TYPE
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    return response


def _template_workbook(
    headers: Sequence[str], example: Sequence[str], columns: Sequence[Column]
) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, and rarely wanted
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = str(_("Import"))[:31]
    sheet.append(list(headers))
    sheet.append(list(example))
    sheet.freeze_panes = "A2"
    for place, header in enumerate(headers, start=1):
        sheet.cell(1, place).font = Font(bold=True)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(14, len(header) + 4)
        sheet.column_dimensions[letter].number_format = "@"  # numbers keep their leading zeros
        sheet.cell(2, place).number_format = "@"
    notes = book.create_sheet(str(_("Columns"))[:31])
    notes.append([str(_("Column")), str(_("Explanation"))])
    for header, column in zip(headers, columns, strict=True):
        notes.append([header, str(_(column.hint))])
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 28, 90
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
