"""Lists of stays, each with where it is stuck."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.domain.consent import ConsentState
from app.domain.stays import DEBRIEFS_MATTER, FREED, LIVE, OVER, Hitch, Progress, hitches
from app.people.models import Person, Team
from app.rotations.models import Consent, PracticalSheet, Round, Stay
from app.web.paging import Wish, ordered, page_of

Person_ = aliased(Person)
Home, Host = aliased(Team), aliased(Team)
ORDERS = {
    "starts": (Stay.starts_on, Stay.id),
    "person": (Person_.family_name, Person_.given_name, Stay.id),
    "home": (Home.name, Stay.starts_on, Stay.id),
    "host": (Host.name, Stay.starts_on, Stay.id),
    "state": (Stay.state, Stay.starts_on, Stay.id),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A stay with people, teams and consents loaded, and where it is stuck today."""

    stay: Stay
    hitches: tuple[Hitch, ...]

    @property
    def asked(self) -> Consent | None:
        """The consent being asked for, if any."""
        return next((c for c in self.stay.consents if c.state is ConsentState.ASKED), None)


def listed(session: Session, wish: Wish, *, today: date) -> tuple[list[Listed], int]:
    """One page of stays and how many there are in all. Eight statements, whatever the page.

    Filters: state, round, and stuck, which looks only at stays that can be stuck and is counted
    here, not in the database.
    """
    statement = _chosen(wish, today)
    if stuck_at := wish.filters.get("stuck"):
        rows = [row for row in _rows(session, statement, today) if _matches(row, stuck_at)]
        return rows[wish.offset : wish.offset + wish.limit], len(rows)
    found, total = page_of(session, statement, wish)
    return _judged(found, today), total


def stuck(session: Session, *, today: date) -> list[Listed]:
    """Every stay that is stuck today, earliest start first. Five statements."""
    statement = _base().where(_can_be_stuck(today)).order_by(Stay.starts_on, Stay.id)
    return [row for row in _rows(session, statement, today) if row.hitches]


def of_person(session: Session, person_id: int, *, today: date) -> list[Listed]:
    """A person's stays, latest first. Five statements."""
    statement = _base().where(Stay.person_id == person_id).order_by(Stay.starts_on.desc())
    return _rows(session, statement, today)


def around(session: Session, actor_id: int, teams: frozenset[int], *, today: date) -> list[Listed]:
    """Stays a buddy or lead looks after: living or just over, soonest first. Five statements."""
    near = or_(
        Stay.buddy_id == actor_id,
        Stay.home_team_id.in_(sorted(teams)),
        Stay.host_team_id.in_(sorted(teams)),
    )
    recent = or_(
        Stay.state.in_(LIVE),
        and_(Stay.state.in_(OVER), Stay.ends_on >= today - timedelta(days=60)),
    )
    statement = _base().where(near, recent).order_by(Stay.starts_on, Stay.id)
    return _rows(session, statement, today)


def rounds_with_stays(session: Session) -> Sequence[Round]:
    """Rounds that have stays, latest first. One statement."""
    return session.scalars(
        select(Round)
        .where(Round.id.in_(select(Stay.round_id).distinct()))
        .order_by(Round.starts_on.desc())
    ).all()


def progress_of(stay: Stay) -> Progress:
    """What the domain needs to see where a stay is stuck."""
    return Progress(
        state=stay.state,
        starts_on=stay.starts_on,
        ends_on=stay.ends_on,
        answer_due=next((c.due_on for c in stay.consents if c.state is ConsentState.ASKED), None),
        open_check_in=min((c.due_on for c in stay.check_ins if c.done_at is None), default=None),
        goals=len(stay.goals),
        debriefs=len(stay.debriefs),
        has_sheet=_is_filled(stay.sheet),
        seat_settled=stay.freed_seat_done_at is not None,
    )


def _is_filled(sheet: PracticalSheet | None) -> bool:
    if sheet is None:
        return False
    return any((sheet.accounts, sheet.desk, sheet.first_day, sheet.leave_granted_by))


def _base() -> Select[Stay]:
    return select(Stay).options(
        joinedload(Stay.person),
        joinedload(Stay.placement),
        joinedload(Stay.round),
        joinedload(Stay.home).joinedload(Team.department),
        joinedload(Stay.host).joinedload(Team.department),
        joinedload(Stay.sheet),
        selectinload(Stay.consents),
        selectinload(Stay.check_ins),
        selectinload(Stay.goals),
        selectinload(Stay.debriefs),
    )


def _chosen(wish: Wish, today: date) -> Select[Stay]:
    statement = (
        _base()
        .join(Person_, Person_.id == Stay.person_id)
        .join(Home, Home.id == Stay.home_team_id)
        .join(Host, Host.id == Stay.host_team_id)
    )
    if wish.q:
        name = Person_.given_name + " " + Person_.family_name
        columns = (name, Home.name, Host.name)
        statement = statement.where(
            or_(*(column.icontains(wish.q, autoescape=True) for column in columns))
        )
    if state := wish.filters.get("state"):
        statement = statement.where(Stay.state == state)
    if (round_id := wish.key("round")) is not None:
        statement = statement.where(Stay.round_id == round_id)
    if wish.filters.get("stuck"):
        statement = statement.where(_can_be_stuck(today))
    return ordered(statement, wish, ORDERS)


def _can_be_stuck(today: date) -> ColumnElement[bool]:
    return or_(
        Stay.state.in_(LIVE),
        and_(Stay.state.in_(OVER), Stay.ends_on >= today - DEBRIEFS_MATTER),
        and_(Stay.state.in_(FREED), Stay.freed_seat_done_at.is_(None), Stay.ends_on > today),
    )


def _rows(session: Session, statement: Select[Stay], today: date) -> list[Listed]:
    return _judged(session.scalars(statement), today)


def _judged(stays: Iterable[Stay], today: date) -> list[Listed]:
    return [Listed(stay, hitches(progress_of(stay), today)) for stay in stays]


def _matches(row: Listed, wanted: str) -> bool:
    return bool(row.hitches) and wanted in {"any", *(hitch.value for hitch in row.hitches)}
