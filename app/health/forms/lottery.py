"""Form: for which kind of contact lots are drawn, and for how many pairs."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from app.health.models import RemedyKind
from app.health.services.lottery import DRAWN_KINDS, MOST_PLACES
from app.web.form import Form


class DrawForm(Form):
    """Kind and number of places."""

    kind = SelectField(_l("What there is to give"), [InputRequired()])
    places = IntegerField(
        _l("For how many pairs"),
        [InputRequired(), NumberRange(1, MOST_PLACES)],
        description=_l("Twice as many equally needy pairs are listed, and half of them are drawn."),
    )

    def offer(self, labels: Mapping[RemedyKind, str]) -> DrawForm:
        """Fill the choices, named by `labels`."""
        self.kind.choices = [SelectChoice(kind.value, _(labels[kind])) for kind in DRAWN_KINDS]
        return self

    @property
    def chosen(self) -> RemedyKind:
        """The kind that was chosen."""
        return RemedyKind(self.kind.data)
