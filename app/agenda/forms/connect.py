"""Choices of the page that connects calendars."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Optional, ValidationError

from app.agenda.models import Channel, FeedVariant
from app.agenda.services.feeds import LinkWish
from app.web.form import Form


class ChannelForm(Form):
    """By feed or by mail."""

    channel = RadioField(
        _l("How should your calendar hear of your dates?"),
        [InputRequired()],
        choices=[
            SelectChoice(Channel.FEED.value, _l("My calendar follows a link (feed)")),
            SelectChoice(Channel.MAIL.value, _l("I get an invitation by mail for each date")),
        ],
    )

    def chosen(self) -> Channel:
        """What was chosen."""
        return Channel(self.channel.data)


class LinkForm(Form):
    """Which feed a link is wanted for; without a team the own one."""

    team_id = IntegerField(validators=[Optional()])
    variant = StringField(validators=[AnyOf([variant.value for variant in FeedVariant])])

    def validate_variant(self, field: StringField) -> None:
        """A team's feed comes in one variant."""
        if self.team_id.data is not None and field.data != FeedVariant.FULL.value:
            raise ValidationError

    def wish(self, person_id: int) -> LinkWish:
        """What was asked for."""
        return LinkWish(person_id, self.team_id.data, FeedVariant(self.variant.data))


class NamesForm(Form):
    """Whether the members of a team see in its feed who is where."""

    shown = BooleanField()
