"""How a person wants to hear of things."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from app.outbox.models import Delivery, NoticeTopic
from app.outbox.services import Habits
from app.web.form import Form

DELIVERIES = [
    SelectChoice(Delivery.AT_ONCE.value, _l("at once by mail")),
    SelectChoice(Delivery.DIGEST.value, _l("once a day by mail")),
    SelectChoice(Delivery.PAGE_ONLY.value, _l("only here")),
]


class HabitsForm(Form):
    """One choice per topic, quiet hours and the hour of the daily mail, on the local clock."""

    rounds = RadioField(_l("Rounds and placements"), choices=DELIVERIES)
    applications = RadioField(_l("My applications"), choices=DELIVERIES)
    endorsements = RadioField(_l("Endorsements"), choices=DELIVERIES)
    stays = RadioField(_l("Stays"), choices=DELIVERIES)
    insights = RadioField(_l("Insights"), choices=DELIVERIES)
    bookings = RadioField(_l("Trainings and field trips"), choices=DELIVERIES)
    surveys = RadioField(_l("Surveys"), choices=DELIVERIES)
    collaboration = RadioField(_l("Collaboration and actions"), choices=DELIVERIES)
    digest_at = TimeField(_l("Daily mail at"), [InputRequired()])
    quiet_from = TimeField(_l("Quiet from"), [Optional()])
    quiet_until = TimeField(_l("Quiet until"), [Optional()])

    def validate_quiet_until(self, field: TimeField) -> None:
        """Quiet hours need both ends or none."""
        if (self.quiet_from.data is None) != (field.data is None):
            raise ValidationError(_l("Please give both ends of the quiet hours, or none."))

    def habits(self) -> Habits:
        """What was chosen."""
        chosen = {
            topic: Delivery(self[topic.value].data)
            for topic in NoticeTopic
            if topic.value in self._fields
        }
        return Habits(chosen, self.quiet_from.data, self.quiet_until.data, self.digest_at.data)
