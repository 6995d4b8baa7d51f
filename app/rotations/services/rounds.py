"""What HR does with a round: create, change, weigh, move on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import AuditKind
from app.domain import weighing
from app.domain.refusals import N_, Invalid, Refusal
from app.domain.roles import Actor
from app.domain.rounds import (
    DEADLINES,
    FIXED,
    Deadlines,
    RoundState,
    deadline_problems,
    extension_problems,
    obstacle,
)
from app.outbox.models import NoticeTopic
from app.outbox.services import Message
from app.rotations.models import ApplicationState, Endorsement, EndorsementState, Round
from app.rotations.queries import rounds as queries
from app.rotations.services import pair_wishes, round_audience
from app.rotations.services.telling import tell

SHAPE = ("starts_on", "blocks", "block_weeks")
TERMS = ("gap_blocks", "max_rotations", "notice_weeks")
NO_LONGER_PLANNED = frozenset({RoundState.PUBLISHED, RoundState.RUNNING, RoundState.CLOSED})


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """What HR enters for a round; days without zone, lengths in weeks and blocks."""

    name: str
    welcome: str
    starts_on: date
    blocks: int
    block_weeks: int
    gap_blocks: int
    max_rotations: int
    notice_weeks: int
    placements_due_on: date
    applications_due_on: date
    endorsements_due_on: date
    publish_on: date

    def as_values(self) -> dict[str, object]:
        """Field name -> value."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def deadlines(self) -> Deadlines:
        """The days the domain judges."""
        return Deadlines(
            placements_due_on=self.placements_due_on,
            applications_due_on=self.applications_due_on,
            endorsements_due_on=self.endorsements_due_on,
            publish_on=self.publish_on,
            starts_on=self.starts_on,
        )


class BadFields(Invalid):
    """Some fields cannot be as entered; `problems` is field name -> English message."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__()
        self.problems = dict(problems)


NAME_TAKEN = N_("Another round already has this name.")


def create(
    session: Session, draft: RoundDraft, actor: Actor, *, today: date, at: datetime
) -> Round:
    """Begin a round as a draft, with the needs of the survey published last. Raises BadFields."""
    problems = deadline_problems(draft.deadlines)
    if queries.is_name_taken(session, draft.name, except_id=None):
        problems["name"] = NAME_TAKEN
    if problems:
        raise BadFields(problems)

    made = Round(
        **draft.as_values(),
        state=RoundState.DRAFT,
        weights={},
        created_at=at,
        created_by=actor.person_id,
    )
    session.add(made)
    session.flush()  # the audit entry names its key
    _record(session, made, actor, at, change="created")
    wanted = pair_wishes.from_survey(session, today=today, at=at)
    if wanted:
        pair_wishes.take_over(session, made, wanted, actor, at=at)
    return made


def change(
    session: Session, round_: Round, draft: RoundDraft, actor: Actor, *, today: date, at: datetime
) -> int:
    """Change what may change in the round's state; gives how many people were told.

    Deadlines of a round past its draft only move later, and who must act is told. The caller has
    compared the version. Raises BadFields.
    """
    problems = _change_problems(session, round_, draft, today)
    if problems:
        raise BadFields(problems)

    moved = [name for name in DEADLINES if getattr(round_, name) != getattr(draft, name)]
    changed = [name for name, value in draft.as_values().items() if getattr(round_, name) != value]
    for name in changed:
        setattr(round_, name, getattr(draft, name))
    if not changed:
        return 0
    session.flush()  # the version rises before anybody is told of it
    _record(session, round_, actor, at, change="changed", fields=sorted(changed))
    if round_.state is RoundState.DRAFT or not moved:
        return 0
    if "endorsements_due_on" in moved:
        _move_open_endorsements(session, round_)
    return _tell_of_extension(session, round_, moved, today=today, at=at)


def _change_problems(
    session: Session, round_: Round, draft: RoundDraft, today: date
) -> dict[str, str]:
    problems = deadline_problems(draft.deadlines)
    if queries.is_name_taken(session, draft.name, except_id=round_.id):
        problems["name"] = NAME_TAKEN
    if round_.state is RoundState.DRAFT:
        return problems
    fixed = SHAPE + (TERMS + DEADLINES if round_.state in NO_LONGER_PLANNED else ())
    for name in fixed:
        if getattr(round_, name) != getattr(draft, name):
            problems[name] = FIXED
    old = {name: getattr(round_, name) for name in DEADLINES}
    new = {name: getattr(draft, name) for name in DEADLINES}
    return extension_problems(old, new, today=today) | problems


def _move_open_endorsements(session: Session, round_: Round) -> None:
    """Give those who still owe an answer the new day; escalated ones stay with HR as well."""
    session.execute(
        update(Endorsement)
        .where(
            Endorsement.state == EndorsementState.ASKED,
            Endorsement.application_id.in_(queries.application_ids(round_.id)),
        )
        .values(due_on=round_.endorsements_due_on, version=Endorsement.version + 1)
        .execution_options(synchronize_session=False)
    )


def _tell_of_extension(
    session: Session, round_: Round, moved: list[str], *, today: date, at: datetime
) -> int:
    message = Message(
        topic=NoticeTopic.ROUNDS,
        title=N_("More time in “%(round)s”"),
        text=N_(
            "The deadlines have changed: placements until %(placements)s, applications until"
            " %(applications)s, endorsements until %(endorsements)s."
        ),
        path=f"/placements/?round={round_.id}",
        action=N_("Look at the placements"),
        params={
            "round": round_.name,
            "placements": round_.placements_due_on,
            "applications": round_.applications_due_on,
            "endorsements": round_.endorsements_due_on,
        },
        must_know=True,
    )
    people: set[int] = set()
    if "applications_due_on" in moved:
        states = (ApplicationState.DRAFT, ApplicationState.SUBMITTED)
        people.update(queries.applicants(session, round_.id, *states))
    if {"placements_due_on", "endorsements_due_on"} & set(moved):
        people |= round_audience.all_leads(session, today=today)
    key = f"round:{round_.id}:v{round_.version}:extended"
    return tell(session, message, to=people, key=key, at=at)


def weigh(
    session: Session, round_: Round, answers: Mapping[str, str], actor: Actor, *, at: datetime
) -> None:
    """Store how much things count for the planner. Raises WeightsFixed once it is published."""
    if round_.state in NO_LONGER_PLANNED:
        raise WeightsFixed
    round_.weights = weighing.weights(answers, before=round_.weights)
    session.flush()  # the version rises with the entry
    _record(session, round_, actor, at, change="weighed", answers=dict(answers))


class WeightsFixed(Refusal):
    """What was published was planned with these weights."""

    msgid = N_("The plan is published, so what counts cannot change any more.")


def move(
    session: Session, round_: Round, to: RoundState, actor: Actor, *, today: date, at: datetime
) -> int:
    """Move the round on (or an untouched one back to draft); gives how many people were told.

    `round_` is locked. Raises the Refusal that stands against it.
    """
    counts = queries.numbers(session, [round_.id])[round_.id]
    refusal = obstacle(queries.standing(round_, counts, today=today), to)
    if refusal is not None:
        raise refusal
    return enter(session, round_, to, actor_id=actor.person_id, today=today, at=at)


def enter(
    session: Session,
    round_: Round,
    to: RoundState,
    *,
    actor_id: int | None,
    today: date,
    at: datetime,
) -> int:
    """Put the round into a state, record it and tell those it concerns; gives how many.

    The caller has judged the move; `actor_id` is None when a deadline did it. Publishing tells
    people by itself, so entering `published` tells nobody here.
    """
    before = round_.state
    round_.state = to
    session.flush()  # a stale version speaks now
    audit.record(
        session,
        AuditKind.ROUND_MOVED,
        actor_id=actor_id,
        subject=f"round:{round_.id}",
        at=at,
        before=before.value,
        after=to.value,
    )
    told = 0
    for audience in round_audience.of_move(session, round_, to, today=today):
        key = f"round:{round_.id}:v{round_.version}:{to.value}:{audience.name}"
        told += tell(session, audience.message, to=audience.people, key=key, at=at)
    return told


def _record(session: Session, round_: Round, actor: Actor, at: datetime, **detail: object) -> None:
    audit.record(
        session,
        AuditKind.ROUND_CHANGED,
        actor_id=actor.person_id,
        subject=f"round:{round_.id}",
        at=at,
        **detail,
    )
