"""Forms whose words others read: they name no customer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.gatherings.forms.approvals import RefusalForm
from app.gatherings.forms.sessions import CallOffForm
from app.web.form import Form


class NamesNobody(Form):
    """A word of the customer's name is refused once; who means something else by it says so.

    The tick is shown (`asks_what_is_meant`) only where there was such a word.
    """

    means_else = BooleanField(
        _l("The word means something else here, not the customer"),
        description=_l("Others read what you write here. Please tick this only if it is so."),
    )
    was_asked = False

    @property
    def asks_what_is_meant(self) -> bool:
        """Whether the tick has its place on the page."""
        return self.was_asked or bool(self.means_else.data)


class VetoForm(NamesNobody, RefusalForm):
    """Why a host does not take somebody along."""


class TripCallOffForm(NamesNobody, CallOffForm):
    """Why a joint day does not take place."""
