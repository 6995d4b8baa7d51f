"""The form in which a file is sent."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField

from app.people.forms.organisation import choices
from app.people.models import ImportKind
from app.web.form import Form

KINDS = ((ImportKind.PEOPLE.value, _l("People")), (ImportKind.TEAMS.value, _l("Teams")))


class UploadForm(Form):
    """A CSV or Excel file, and what its rows are."""

    kind = RadioField(_l("What is in the file?"), choices=choices(KINDS), default="people")
    file = FileField(
        _l("File"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("CSV or Excel (.xlsx), up to 2 MB and 5,000 rows."),
    )
    adds_missing = BooleanField(
        _l("Make departments, teams and skills that do not exist yet"),
        description=_l("You see them in the preview before anything is done."),
    )
