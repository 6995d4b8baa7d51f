"""Who leads: named once for a whole session, and only on request meeting by meeting.

`led` says which: "whole", or "each" once somebody asked for it. Both ways work without a script.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from app.domain.planned import Fault
from app.gatherings.forms.fields import Boxes, offer
from app.gatherings.models import Gathering
from app.people.models import Person
from app.web.form import VersionedForm

WHOLE, EACH = "whole", "each"


class LeadingForm(VersionedForm):
    """The trainers; `trainers_of_meetings` gives the fields of each meeting."""

    led = HiddenField(default=WHOLE)
    trainers = Boxes(_l("Trainers"))

    @property
    def by_meeting(self) -> bool:
        """Whether each meeting names its own trainers."""
        return bool(self.led.data == EACH)

    @property
    def numbers(self) -> list[int]:
        """The meetings that can be led by others, counted from 0."""
        return [int(name[9:]) for name in self._fields if name.startswith("trainers_")]

    def offer_trainers(self, people: Iterable[Person], known: Iterable[Person] = ()) -> None:
        """Fill who can be chosen: `people`, and `known` who lead it already."""
        names = {person.id: person.name for person in (*people, *known)}
        for name in ("trainers", *(f"trainers_{number}" for number in self.numbers)):
            offer(self[name], list(names.items()))

    def leading(self, number: int) -> frozenset[int]:
        """Who leads the meeting with this number (from 0). Call it after `validate`."""
        field = self[f"trainers_{number}"] if self.by_meeting else self.trainers
        return frozenset(field.data or ())

    def compare_with(self, stored: LeadingForm) -> None:
        """Ask alike in both forms, so that only real differences are told.

        Once one of them names trainers meeting by meeting, both do.
        """
        is_split = self.by_meeting or stored.by_meeting
        for form in (self, stored):
            for number in self.numbers:
                form[f"trainers_{number}"].data = sorted(form.leading(number)) if is_split else []
            if is_split:
                form.led.data, form.trainers.data = EACH, []

    def show(self, faults: Iterable[Fault], said: Any) -> None:
        """Put each fault beside its field, once; `said` writes a refusal in words."""
        for fault in faults:
            field = self._of_fault(fault)
            words = said(fault.refusal)
            if words not in field.errors:
                field.errors = [*field.errors, words]

    def _of_fault(self, fault: Fault) -> Any:
        if fault.field == "trainers" and not self.by_meeting:
            return self.trainers
        return self[fault.field if fault.meeting is None else f"{fault.field}_{fault.meeting}"]


def trainers_of_meetings(numbers: Iterable[int]) -> dict[str, Any]:
    """The fields of the meetings with these numbers, counted from 0."""
    return {
        f"trainers_{number}": Boxes(_l("Trainers of meeting %(number)s", number=number + 1))
        for number in numbers
    }


def split(sent: MultiDict[str, str], numbers: Iterable[int]) -> dict[str, list[str]]:
    """What changes in a sent form so that each meeting names its own, at first the same."""
    everybody = sent.getlist("trainers")
    return {"led": [EACH], **{f"trainers_{number}": everybody for number in numbers}}


def joined(sent: MultiDict[str, str], numbers: Iterable[int]) -> dict[str, list[str]]:
    """What changes in a sent form so that all who lead a meeting lead all of them."""
    named = [key for number in numbers for key in sent.getlist(f"trainers_{number}")]
    return {"led": [WHOLE], "trainers": list(dict.fromkeys(named))}


def stored_leading(gathering: Gathering) -> dict[str, Any]:
    """Who leads, as it is stored; per meeting only where meetings differ."""
    each = [{row.person_id for row in meeting.trainers} for meeting in gathering.meetings]
    own = {f"trainers_{number}": sorted(people) for number, people in enumerate(each)}
    differ = any(people != each[0] for people in each)
    return {"led": EACH if differ else WHOLE, "trainers": sorted(set().union(*each)), **own}
