"""Open a stay for a published place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session, joinedload

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.consent import ORDER, ConsentState, fresh, needs_council
from app.domain.timespan import Days
from app.people.models import Person, Team
from app.rotations.models import Consent, Placement, PracticalSheet, Round, Stay
from app.rotations.queries.council_rules import rule_of
from app.rotations.queries.stays.days import calendar_of
from app.rotations.services.stays import notices
from app.rotations.services.stays.agenda import plan_check_ins, take_the_time
from app.rotations.services.stays.chain import write


def open_stay(  # noqa: PLR0913 - a stay is made of exactly these
    session: Session,
    *,
    round_: Round,
    person_id: int,
    placement: Placement,
    home_team_id: int,
    start_block: int,
    at: datetime,
    by: int | None,
) -> Stay:
    """Give a person their place: the stay, its consents, check-ins and sheet, and their time.

    `placement` comes with its host. The person is told and asked for consent, in the same unit of
    work. About 30 statements. Raises IntegrityError when the person is already elsewhere then
    (`ex_stay_one_at_a_time`, `ex_commitment_one_place`); ValueError for an unknown person.
    """
    person = session.get(Person, person_id, options=[joinedload(Person.site)])
    if person is None:
        raise ValueError(f"no person {person_id}")
    days = days_of(round_, placement, start_block)
    stay = _new(session, round_, placement, person, home_team_id)
    stay.start_block = start_block
    stay.starts_on, stay.ends_on, stay.planned_ends_on = days.start, days.end, days.end
    stay.created_at = at
    calendar = calendar_of(session, person_id)
    rule = rule_of(session, calendar.country)
    stay.consents = [Consent(party=party, state=ConsentState.WAITING, reason="") for party in ORDER]
    write(stay, fresh(council=needs_council(len(days), rule)), rule=rule, calendar=calendar, at=at)
    stay.check_ins = []
    plan_check_ins(stay, calendar)
    session.add(stay)
    session.flush()  # its key names the commitment, the notices and the entry in the log

    take_the_time(session, stay, calendar, at=at)
    record(
        session,
        AuditKind.STAY_CHANGED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        change="opened",
        placement=placement.id,
        starts_on=days.start.isoformat(),
        ends_on=days.end.isoformat(),
    )
    notices.place_given(session, stay, at=at)
    return stay


def days_of(round_: Round, placement: Placement, start_block: int) -> Days:
    """The days of a placement that begins in a block of its round."""
    return Days(
        round_.block_starts_on(start_block),
        round_.block_starts_on(start_block + placement.duration),
    )


def is_on_site(placement: Placement, person: Person) -> bool:
    """Whether the person goes there; only a remote place far from a home-bound person is not."""
    stays_at_home = placement.remote_ok and person.remote_ok and not person.mobile
    return placement.site_id == person.site_id or not stays_at_home


def _new(
    session: Session, round_: Round, placement: Placement, person: Person, home_team_id: int
) -> Stay:
    home = session.get_one(Team, home_team_id)
    return Stay(
        round=round_,
        person=person,
        placement=placement,
        home=home,
        host=placement.host,
        buddy_id=placement.buddy_id,
        share=placement.share,
        on_site=is_on_site(placement, person),
        note_to_hr="",
        goals=[],
        debriefs=[],
        sheet=PracticalSheet(),
    )
