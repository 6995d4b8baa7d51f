"""What the reader's own application says about some placements: chosen, or impossible and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from app import clock
from app.database import UnitOfWork
from app.domain.eligibility import (
    Candidate,
    Place,
    away_blocks,
    earliest_block,
    static_reasons,
)
from app.domain.reasons import Names, worded
from app.rotations.models import Application, Placement, Round
from app.rotations.queries import applications as queries
from app.rotations.views.wording import said
from app.web.guards import actor


def mine(
    session: UnitOfWork, round_: Round | None, placements: Iterable[Placement]
) -> dict[str, Any]:
    """For templates: `application` (own or None), `chosen` ids, `hints` id -> sentences.

    Up to nine statements whatever the number of placements.
    """
    if round_ is None:
        return {"application": None, "chosen": frozenset(), "hints": {}}
    application = queries.own(session, round_.id, actor.person_id)
    chosen = [choice.placement_id for choice in application.choices] if application else []
    found = reasons(session, round_, application, placements)
    return {"application": application, "chosen": frozenset(chosen), "hints": found}


def reasons(
    session: UnitOfWork,
    round_: Round,
    application: Application | None,
    placements: Iterable[Placement],
) -> dict[int, list[str]]:
    """Placement id -> why the reader can never get it; possible ones are left out."""
    today = clock.today()
    applicant = queries.applicant(session, actor.person_id, round_, today=today)
    if applicant is None:
        return {}
    candidate = _candidate(round_, applicant, application, today=today)
    closed = queries.closed_blocks(session, round_)
    found = {}
    for placement in placements:
        place = _place(placement, closed.get(placement.host_team_id, frozenset()))
        told = static_reasons(candidate, place, blocks=round_.blocks)
        if told:
            names = _names(round_, placement)
            found[placement.id] = [said(worded(reason, names)) for reason in told]
    return found


def _candidate(
    round_: Round, applicant: queries.Applicant, application: Application | None, *, today: date
) -> Candidate:
    horizon = queries.horizon(round_)
    person = applicant.person
    avoided = application.avoidances if application else []
    return Candidate(
        team_id=applicant.team.id if applicant.team else None,
        site_id=person.site_id,
        skills=applicant.skills,
        mobile=person.mobile,
        remote_ok=person.remote_ok,
        earliest=earliest_block(
            horizon,
            publish_on=max(round_.publish_on, today),
            notice_weeks=round_.notice_weeks,
            earliest_on=application.earliest_on if application else None,
            waived=application.notice_waived if application else False,
        ),
        away=away_blocks(
            horizon,
            latest_on=application.latest_on if application else None,
            absences=applicant.absences,
            working_days=person.working_days,
        ),
        avoided=frozenset(row.team_id for row in avoided if row.team_id is not None),
    )


def _place(placement: Placement, closed: frozenset[int]) -> Place:
    return Place(
        host_team_id=placement.host_team_id,
        site_id=placement.site_id,
        duration=placement.duration,
        first_start=placement.first_start,
        last_start=placement.last_start,
        remote_ok=placement.remote_ok,
        required=frozenset(row.skill_id for row in placement.skills if row.required),
        closed=closed,
    )


def _names(round_: Round, placement: Placement) -> Names:
    return Names(
        skills={row.skill_id: row.skill.name for row in placement.skills},
        block_starts_on=round_.block_starts_on,
    )
