"""For whom a seat is booked."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from app.gatherings.forms.fields import NEEDED, offer, pick
from app.gatherings.queries.bookings.bookable import Bookable
from app.web.form import Form


class BookForForm(Form):
    """One of the people this visitor may book for."""

    person = pick(_l("For whom?"), [InputRequired(NEEDED)])

    def offer_people(self, people: Iterable[Bookable]) -> None:
        """Let the choice be among these, each with their team."""
        options = [
            (one.person_id, f"{one.name} · {one.team}" if one.team else one.name) for one in people
        ]
        offer(self.person, options, empty=_("Please choose"))
