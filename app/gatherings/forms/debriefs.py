"""The form of a debrief: what was seen, what should follow, what was promised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Optional

from app.domain.joint_days import MOST_PROMISES
from app.gatherings.forms.fields import NEEDED, offer, pick
from app.gatherings.forms.naming import NamesNobody
from app.gatherings.queries.trips.addressees import SIDES, Addressee, Addressees
from app.gatherings.services.trips import LookBack, Promise
from app.people.models import Person, Side
from app.web.form import Day, Form, LongText, Text


class DebriefForm(NamesNobody, Form):
    """What one brings home, on a phone; the rows of promises come with `debrief_form`."""

    observation_1 = LongText(
        _l("First observation"),
        [DataRequired(NEEDED)],
        most=500,
        description=_l("One is enough, three are better."),
    )
    observation_2 = LongText(_l("Second observation"), most=500)
    observation_3 = LongText(_l("Third observation"), most=500)
    for_marketing = LongText(_l("One thing for Marketing"), most=500)
    to_marketing = pick(_l("Which team of Marketing should read it?"))
    for_sales = LongText(_l("One thing for Sales"), most=500)
    to_sales = pick(_l("Which team of Sales should read it?"))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each promise by their short names."""
        return [
            {name: self[f"{name}_{number}"] for name in ("promise", "owner", "due")}
            for number in range(1, MOST_PROMISES + 1)
        ]

    def offer_owners(self, people: Iterable[Person]) -> None:
        """Let promises be kept by one of those who were there."""
        named = [(person.id, person.name) for person in people]
        for row in self.rows:
            offer(row["owner"], named)

    def offer_teams(self, found: Addressees) -> None:
        """Let the words for a side go to one of its teams, where there is a choice."""
        for side, options in found.by_side.items():
            named = [(one.team_id, addressed(one)) for one in options]
            if len(named) > 1:
                offer(self[f"to_{side}"], named)
            else:
                del self[f"to_{side}"]

    def _chosen(self) -> dict[Side, int]:
        picked = {side: self[f"to_{side}"].data for side in SIDES if f"to_{side}" in self}
        return {side: team_id for side, team_id in picked.items() if team_id}

    def said(self) -> LookBack:
        """What was entered; rows without words are no promises."""
        return LookBack(
            (self.observation_1.data, self.observation_2.data, self.observation_3.data),
            self.for_marketing.data,
            self.for_sales.data,
            [
                Promise(row["promise"].data, row["owner"].data or 0, row["due"].data, number)
                for number, row in enumerate(self.rows, 1)
                if row["promise"].data
            ],
            self._chosen(),
            self.means_else.data,
        )


def addressed(one: Addressee) -> str:
    """A team with who answers for it, as the writer chooses it."""
    return f"{one.team} ({one.answers})" if one.answers else f"{one.team} ({_('HR')})"


def debrief_form() -> type[Any]:
    """The class of a debrief with its rows of promises."""
    rows: dict[str, Any] = {}
    for number in range(1, MOST_PROMISES + 1):
        rows |= {
            f"promise_{number}": Text(_l("What was promised"), most=300),
            # The service knows who was there; an empty row names nobody.
            f"owner_{number}": pick(_l("Who keeps it"), validate_choice=False),
            f"due_{number}": Day(_l("Until"), [Optional()]),
        }
    return type("PromisesForm", (DebriefForm,), rows)
