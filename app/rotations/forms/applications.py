"""The application: ranked choices, a window of days, private wishes, a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.domain.refusals import Refusal
from app.domain.timespan import ONE_DAY, last_day
from app.people.models import Person, Team
from app.rotations.forms.fields import day, offer, pick
from app.rotations.models import Application, Placement
from app.rotations.services import applications as services
from app.rotations.services.applications import ApplicationDraft
from app.web.form import LongText, VersionedForm

FIELD_OF: dict[type[Refusal], str] = {
    services.ChosenTwice: "choice1",
    services.ChoiceGone: "choice1",
    services.NoChoice: "choice1",
    services.TooManyChoices: "choice1",
    services.WindowTurned: "latest_on",
}
AVOIDED = 3


class ApplicationForm(VersionedForm):
    """Up to five placements in order; `latest_on` is the last day away, included."""

    choice1 = pick(_l("First choice"))
    choice2 = pick(_l("Second choice"))
    choice3 = pick(_l("Third choice"))
    choice4 = pick(_l("Fourth choice"))
    choice5 = pick(_l("Fifth choice"))
    motivation = LongText(
        _l("Why would you like to go?"),
        description=_l("Your lead and HR read it. A few sentences are enough."),
    )
    earliest_on = day(_l("Not before"), required=False)
    latest_on = day(_l("Last possible day"), required=False)
    same_site_wish = BooleanField(_l("I would like to stay at my site"))
    notice_waived = BooleanField(
        _l("I give up the notice period"),
        description=_l("You may then start sooner after the plan is published."),
    )
    avoid_team1 = pick(_l("Not there (1)"))
    avoid_team2 = pick(_l("Not there (2)"))
    avoid_team3 = pick(_l("Not there (3)"))
    avoid_person1 = pick(_l("Not with (1)"))
    avoid_person2 = pick(_l("Not with (2)"))
    avoid_person3 = pick(_l("Not with (3)"))

    @property
    def choice_fields(self) -> list[Any]:
        """The five choices in order."""
        return [self[f"choice{rank}"] for rank in range(1, services.MOST_CHOICES + 1)]

    def avoid_fields(self, kind: str) -> list[Any]:
        """The private fields of a kind, `team` or `person`."""
        return [self[f"avoid_{kind}{number}"] for number in range(1, AVOIDED + 1)]

    def offer_options(
        self,
        placements: Iterable[Placement],
        teams: Sequence[Team],
        people: Iterable[Person],
        impossible: frozenset[int],
    ) -> None:
        """Fill the selects; choices that can never be met are marked in words."""
        options = [
            (placement.id, _label(placement, impossible=impossible), placement.host.name)
            for placement in placements
        ]
        for field in self.choice_fields:
            offer(field, options, empty=_("no choice"))
        for field in self.avoid_fields("team"):
            offer(field, [(t.id, t.name, t.department.name) for t in teams], empty=_("no team"))
        named = [(person.id, person.name) for person in people]
        for field in self.avoid_fields("person"):
            offer(field, named, empty=_("nobody"))

    def take(self, application: Application) -> None:
        """Show what is stored. Call it before the options are used."""
        for choice in application.choices:
            self[f"choice{choice.rank}"].data = choice.placement_id
        for name in ("motivation", "earliest_on", "same_site_wish", "notice_waived"):
            self[name].data = getattr(application, name)
        end = application.latest_on
        self.latest_on.data = None if end is None else last_day(end)
        teams = [row.team_id for row in application.avoidances if row.team_id is not None]
        people = [row.person_id for row in application.avoidances if row.person_id is not None]
        for kind, stored in (("team", sorted(teams)), ("person", sorted(people))):
            for field, value in zip(self.avoid_fields(kind), stored, strict=False):
                field.data = value
        self.version.data = str(application.version)

    def draft(self) -> ApplicationDraft:
        """What was entered; gaps between choices close up."""
        last: date | None = self.latest_on.data
        return ApplicationDraft(
            choices=tuple(field.data for field in self.choice_fields if field.data),
            motivation=self.motivation.data,
            earliest_on=self.earliest_on.data,
            latest_on=None if last is None else last + ONE_DAY,
            same_site_wish=bool(self.same_site_wish.data),
            notice_waived=bool(self.notice_waived.data),
            avoid_teams=_keys(self.avoid_fields("team")),
            avoid_people=_keys(self.avoid_fields("person")),
        )

    def shift(self, order: str) -> None:
        """Carry out a press on an arrow, such as "2:up": two choices change places."""
        rank, _sep, direction = order.partition(":")
        here = int(rank) if rank in {"1", "2", "3", "4", "5"} else 0
        there = here + {"up": -1, "down": 1}.get(direction, 0)
        if not (1 <= here <= services.MOST_CHOICES and 1 <= there <= services.MOST_CHOICES):
            return
        one, other = self[f"choice{here}"], self[f"choice{there}"]
        one.data, other.data = other.data, one.data

    def show(self, refusal: Refusal) -> None:
        """Put a rule's no beside the field it speaks of."""
        field = self[FIELD_OF.get(type(refusal), "choice1")]
        field.errors = [*field.errors, _(refusal.msgid)]


def _label(placement: Placement, *, impossible: frozenset[int]) -> str:
    if placement.id in impossible:
        return str(_("%(title)s (not possible)", title=placement.title))
    return placement.title


def _keys(fields: Iterable[Any]) -> frozenset[int]:
    return frozenset(field.data for field in fields if field.data)
