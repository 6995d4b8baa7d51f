"""Forms of the page of a stay."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from app.domain.consent import ConsentState
from app.rotations.services.stays.ending import EarlyEnd
from app.rotations.services.stays.sheet import SHEET_FIELDS, HowItGoes
from app.web.form import Day, Form, LongText, Text, VersionedForm


class AnswerForm(Form):
    """Yes or no to a stay; a no of anybody but the person needs a reason."""

    answer = RadioField(
        _l("Your answer"),
        [InputRequired()],
        choices=[
            SelectChoice("given", _l("I agree")),
            SelectChoice("refused", _l("I do not agree")),
        ],
    )
    reason = LongText(
        _l("Reason"), most=500, description=_l("Needed for a no; the person will read it.")
    )

    @property
    def state(self) -> ConsentState:
        """The answer as the domain knows it."""
        return ConsentState(self.answer.data)


class SheetForm(VersionedForm):
    """The practical sheet; `commission_rule` is taken out where it is nobody's business."""

    first_day = LongText(
        _l("First day"), description=_l("Where and when to come, and who is there.")
    )
    accounts = LongText(_l("Accounts and access"))
    desk = LongText(_l("Desk and equipment"))
    cost_centre = Text(_l("Cost centre"), most=200)
    leave_granted_by = Text(_l("Who grants leave"), most=200)
    appraised_by = Text(
        _l("Who appraises"),
        most=200,
        description=_l("Usually the home lead. Nothing of this stay is part of an appraisal."),
    )
    confidentiality = LongText(_l("Confidentiality"))
    customer_handover = LongText(_l("Handover of customers and open work"))
    commission_rule = LongText(
        _l("Commission rule"), description=_l("How commission and targets count during the stay.")
    )

    def texts(self) -> dict[str, str]:
        """What was entered, by the names of the sheet."""
        return {name: self[name].data or "" for name in SHEET_FIELDS if name in self}


class GoalsForm(VersionedForm):
    """Two or three learning goals."""

    first = Text(_l("First goal"), most=300)
    second = Text(_l("Second goal"), most=300)
    third = Text(_l("Third goal"), most=300)

    def texts(self) -> list[str]:
        """The goals in order, empty lines included."""
        return [field.data or "" for field in (self.first, self.second, self.third)]


class CheckInForm(Form):
    """Two questions for the phone."""

    going_well = LongText(_l("What is going well?"), most=1000)
    needs = LongText(_l("What do you need, and from whom?"), most=1000)

    def validate_needs(self, field: LongText) -> None:
        """One of the two answers is enough, none is no check-in."""
        if not field.data and not self.going_well.data:
            raise ValidationError(_l("Please answer at least one of the two questions."))

    def said(self) -> HowItGoes:
        """The two answers."""
        return HowItGoes(self.going_well.data or "", self.needs.data or "")


class EndForm(Form):
    """End a running stay early: a day, and if wished a neutral note for HR."""

    last_day = Day(_l("Last day"), [InputRequired()])
    note = LongText(
        _l("Note to HR"),
        most=500,
        description=_l("Optional, and read by HR only. Nobody has to explain anything."),
    )

    def wish(self) -> EarlyEnd:
        """What was chosen."""
        chosen: date = self.last_day.data
        return EarlyEnd(chosen, self.note.data or "")


class DebriefForm(Form):
    """What I learned, and up to three things we should change."""

    learned = LongText(_l("What did you learn?"), [InputRequired()], most=3000)
    first = Text(_l("First thing we should change"), most=500)
    second = Text(_l("Second thing"), most=500)
    third = Text(_l("Third thing"), most=500)

    def changes(self) -> list[str]:
        """The points in order, empty ones left out."""
        return [f.data for f in (self.first, self.second, self.third) if f.data]
