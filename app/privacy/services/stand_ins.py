"""Nobodies: to whom the rows of erased people pass that others still need for their counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from app.agenda.models import Commitment
from app.domain import plan_keys
from app.domain.personal import StandIn
from app.gatherings.models import Booking, Gathering, TripDebrief
from app.people.models import Person, Site
from app.rotations.models import Application, Assignment, Plan, Stay

NOBODY = "N."  # "N. N." is read as "name unknown" in both languages
LONG_AGO = date(1900, 1, 1), date(1900, 1, 2)


def _rounds(person_id: int) -> Iterator[Select[int]]:
    for table in (Application, Stay):
        yield select(table.round_id).where(table.person_id == person_id)
    plans = select(Assignment.plan_id).where(Assignment.person_id == person_id)
    yield select(Plan.round_id).where(Plan.id.in_(plans))
    yield select(Plan.round_id).where(Plan.instance.contains(f'"{plan_keys.person(person_id)}"'))


def _gatherings(person_id: int) -> Iterator[Select[int]]:
    for table in (Booking, TripDebrief):
        yield select(table.gathering_id).where(table.person_id == person_id)
    yield select(Gathering.id).where(Gathering.host_id == person_id)


def _times(person_id: int) -> Iterator[Select[int]]:
    yield select(Commitment.source_id).where(Commitment.person_id == person_id)


SCOPES: dict[StandIn, Callable[[int], Iterator[Select[int]]]] = {
    StandIn.ROTATIONS: _rounds,
    StandIn.BOOKINGS: _gatherings,
    StandIn.TIMES: _times,
    StandIn.RECORDS: lambda _person_id: iter(()),
}


class StandIns:
    """The nobodies one erased person's rows pass to, chosen when first needed.

    Two people who were in one round or on one day pass to two nobodies, so that they still count
    as two; apart from that as few as possible are made, so that a nobody is several people.
    """

    def __init__(self, session: Session, person_id: int) -> None:
        self._session = session
        self._person_id = person_id
        self._chosen: dict[StandIn, int] = {}

    def key(self, kind: StandIn) -> int:
        """The id of the nobody of a kind."""
        if kind not in self._chosen:
            self._chosen[kind] = self._choose(kind)
        return self._chosen[kind]

    def _choose(self, kind: StandIn) -> int:
        there = self._session.scalars(
            select(Person.id).where(Person.stands_for == kind).order_by(Person.id)
        ).all()
        taken = self._scope(kind, self._person_id)
        for nobody in there:
            if taken.isdisjoint(self._scope(kind, nobody)):
                return nobody
        return self._made(kind, len(there) + 1)

    def _scope(self, kind: StandIn, person_id: int) -> set[int]:
        parts = list(SCOPES[kind](person_id))
        return set(self._session.scalars(union(*parts))) if parts else set()

    def _made(self, kind: StandIn, number: int) -> int:
        name = f"{kind.value}-{number}"
        nobody = Person(
            number=f"nobody-{name}",
            given_name=NOBODY,
            family_name=NOBODY,
            email=f"{name}@nobody.invalid",
            site_id=self._session.scalars(select(Site.id).order_by(Site.id).limit(1)).one(),
            joined_on=LONG_AGO[0],
            left_on=LONG_AGO[1],
            stands_for=kind,
        )
        self._session.add(nobody)
        self._session.flush()
        return nobody.id
