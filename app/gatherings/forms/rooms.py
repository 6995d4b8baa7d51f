"""The form of a room."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, InputRequired, Optional

from app.domain.refusals import Refusal
from app.gatherings.forms.fields import NEEDED, offer, pick, whole
from app.gatherings.services import rooms as services
from app.gatherings.services.rooms import RoomFields
from app.people.models import Site
from app.web.form import Day, Text, VersionedForm

FIELD_OF: dict[type[Refusal], str] = {
    services.RoomNameTaken: "name",
    services.StillMeetsHere: "closed_on",
    services.TooSmallForMeetings: "seats",
    services.MeetingsTieIt: "site_id",
}


class RoomForm(VersionedForm):
    """A room of a site."""

    site_id = pick(_l("Site"), [InputRequired(NEEDED)])
    name = Text(_l("Name"), [DataRequired(NEEDED)])
    seats = whole(_l("Seats"), 1, 500, description=_l("For how many people it is set up."))
    closed_on = Day(
        _l("Closed from"),
        [Optional()],
        description=_l("The first day on which nothing takes place here; empty while it is used."),
    )

    def offer_sites(self, sites: Iterable[Site]) -> None:
        """Fill the sites."""
        offer(self.site_id, [(site.id, site.name) for site in sites])

    def fields(self) -> RoomFields:
        """What was entered. Call it after `validate`."""
        return RoomFields(self.site_id.data, self.name.data, self.seats.data, self.closed_on.data)
