"""The house style: every component on one page, for those who build pages. Development only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.web import charts
from app.web.form import Form, LongText, Text
from app.web.guards import allow, public
from app.web.pages import ListRequest, Page

bp = Blueprint("style", __name__, url_prefix="/style")


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One line of the sample table."""

    name: str
    team: str
    state: str
    weeks: int


ROWS = (
    SampleRow("Ada Brinkmann", "Marketing Content", "endorsed", 12),
    SampleRow("Björn Özdemir", "Vertrieb Süd", "submitted", 8),
    SampleRow("Çiğdem Weiß-Łukasiewicz", "Customer Success", "escalated", 4),
    SampleRow("Dorothea von der Mühlen", "Vertrieb Nord", "refused", 16),
)


class CheckboxList(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SampleForm(Form):
    """One field of each type."""

    class Meta:
        csrf = False

    title = Text("Title", [InputRequired()], description="As people will see it in the list.")
    starts = DateField("First day", [InputRequired()])
    team = SelectField(
        "Host team", choices=[SelectChoice("south", "Vertrieb Süd"), SelectChoice("north", "Nord")]
    )
    share = RadioField(
        "Share of working time",
        choices=[SelectChoice("full", "The whole week"), SelectChoice("part", "Two days a week")],
        default="full",
    )
    place = RadioField(
        "Where", choices=[SelectChoice("site", "On site"), SelectChoice("remote", "Remote")]
    )
    skills = CheckboxList(
        "Required skills",
        choices=[SelectChoice(name) for name in ("Negotiation", "CRM", "Copywriting", "Analysis")],
    )
    task = LongText("The task", most=400)
    agreed = BooleanField("The team's lead knows about this", [InputRequired()])


SAMPLE_WAVES = ("2025 Q3", "2025 Q4", "2026 Q1", "2026 Q2", "2026 Q3")
SAMPLE_VIEWS = ((62, 58, 44, 52, 66), (70, 66, None, 68, 72))


def _sample_trend() -> dict[str, Any]:
    lines = [
        charts.Line(name, tone, [_sample_point(value) for value in values])
        for name, tone, values in zip(
            ("Content about Süd", "Süd about Content"), ("lake", "ember"), SAMPLE_VIEWS, strict=True
        )
    ]
    return charts.trend(SAMPLE_WAVES, lines, [charts.Event("2026 Q2", "Rotation")])


def _sample_point(value: int | None) -> charts.Point | None:
    if value is None:
        return None
    return charts.Point(value, value - 7, value + 7, f"{value} ({value - 7} to {value + 7})")


def sample_form(*, wrong: bool) -> SampleForm:
    """The sample form, with or without errors."""
    form = SampleForm(
        formdata=None,
        prefix="wrong-" if wrong else "",
        data={"starts": date(2027, 1, 11), "task": "Draw up the spring campaign."},
    )
    if wrong:
        form.title.errors = ["Please give it a title."]
        form.agreed.errors = ["Please talk to the lead first."]
    return form


@bp.get("")
@allow(public)
def index() -> ResponseReturnValue:
    """Show every component."""
    asked = ListRequest.from_args(
        request.args, sorts={"name", "team"}, default="name", filters={"team": None}
    )
    shown: dict[str, Any] = {
        "page": Page(ROWS, total=287, request=asked),
        "form": sample_form(wrong=False),
        "wrong_form": sample_form(wrong=True),
    }
    shown |= {
        "trend": _sample_trend(),
        "trend_rows": list(zip(SAMPLE_WAVES, *SAMPLE_VIEWS, strict=True)),
    }
    return render_template("style/index.html", **shown)


@bp.get("/sign-in")
@allow(public)
def auth() -> ResponseReturnValue:
    """Show the frame of the pages before signing in."""
    return render_template("style/auth.html", form=sample_form(wrong=False))


@bp.get("/problem/<int:status>")
@allow(public)
def problem(status: int) -> ResponseReturnValue:
    """Show one of the pages for errors."""
    return render_template(f"problems/{status}.html", status=status)
