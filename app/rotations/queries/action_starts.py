"""What rotations did for actions of pairs of teams, told to the room below that shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.refusals import N_
from app.domain.roles import Actor, Role
from app.domain.starts import Started, StayFacts, stage_of_placement
from app.health.models import Action, RemedyKind
from app.health.queries import starts, ways
from app.health.queries.starts import Existing, Source
from app.health.queries.ways import Rotations, Way
from app.people.models import Person, RoleGrant, TeamLead
from app.people.queries.circle import on_day, works_here
from app.rotations.access import placements as access
from app.rotations.models import (
    ActionPlacement,
    Placement,
    PlacementState,
    Round,
    RoundState,
    Stay,
)
from app.rotations.queries import rounds

PLACEMENT = "placement"
MOST_NAMED = 40


def offering_round(session: Session, actor: Actor, *, today: date) -> Round | None:
    """The round in which this person may offer a placement now. One statement.

    HR offers in drafts as well, leads as soon as a round is open.
    """
    found = rounds.in_states(session, RoundState.OPEN, RoundState.DRAFT)
    known = [one for one in found if actor.is_hr or one.state is not RoundState.DRAFT]
    return next((one for one in known if access.may_offer_in(actor, one, today=today)), None)


def host_of(actor: Actor, action: Action) -> int | None:
    """For which team of the pair this person may offer: their own, for HR the first."""
    pair = action.low_team_id, action.high_team_id
    own = [team_id for team_id in pair if team_id in actor.responsible_for]
    return own[0] if own else (pair[0] if actor.is_hr else None)


def way(session: Session, actor: Actor, action: Action, today: date) -> Way:
    """The reader's way to a rotation: offer, open a round, or ask who may. One statement."""
    round_ = offering_round(session, actor, today=today)
    if round_ is not None and host_of(actor, action) is not None:
        return Way(
            RemedyKind.ROTATION,
            N_("Offer a placement"),
            N_("The form is prepared; people of the other team apply for it."),
            f"/placements/new?round={round_.id}&action={action.id}",
        )
    if actor.is_hr:
        return Way(
            RemedyKind.ROTATION,
            N_("Open a round"),
            N_("No round takes placements today. Open one, then come back here."),
            "/rounds/new",
        )
    return Way(
        RemedyKind.ROTATION,
        N_("Ask for a placement"),
        N_("Name who offers one; while no round is open, that is HR."),
        f"/actions/{action.id}/ask/rotation",
    )


def able(session: Session, action: Action, today: date) -> list[Person]:
    """Leads of the two teams while a round takes placements from them, else HR. Two statements."""
    is_open = session.scalar(
        select(Round.id)
        .where(Round.state == RoundState.OPEN, Round.placements_due_on >= today)
        .limit(1)
    )
    if is_open is None:
        asked = select(RoleGrant.person_id).where(RoleGrant.role == Role.HR)
    else:
        pair = action.low_team_id, action.high_team_id
        asked = select(TeamLead.person_id).where(
            TeamLead.team_id.in_(pair), *on_day(TeamLead, today)
        )
    return list(session.scalars(select(Person).where(Person.id.in_(asked), works_here(today))))


def _placements(
    session: Session, action_ids: Collection[int], reader: Actor | None, _at: datetime
) -> list[tuple[int, Started]]:
    rows = session.execute(
        select(ActionPlacement, Placement)
        .join(Placement, Placement.id == ActionPlacement.placement_id)
        .where(ActionPlacement.action_id.in_(sorted(action_ids)))
        .options(joinedload(Placement.round))
    ).all()
    stays = _stays(session, [placement.id for _row, placement in rows])
    return [
        (row.action_id, _started(row, placement, stays[placement.id], reader))
        for row, placement in rows
    ]


def _stays(session: Session, placement_ids: Sequence[int]) -> dict[int, list[StayFacts]]:
    """The stays of placements as facts without a name. One statement, none without placements."""
    found: dict[int, list[StayFacts]] = defaultdict(list)
    if placement_ids:
        rows = session.execute(
            select(Stay.placement_id, Stay.state, Stay.starts_on, Stay.ends_on).where(
                Stay.placement_id.in_(placement_ids)
            )
        )
        for placement_id, state, starts_on, ends_on in rows:
            found[placement_id].append(StayFacts(state, starts_on, ends_on))
    return found


def _started(
    row: ActionPlacement, placement: Placement, stays: Iterable[StayFacts], reader: Actor | None
) -> Started:
    stage, on = stage_of_placement(
        is_draft=placement.state is PlacementState.DRAFT,
        is_withdrawn=placement.state is PlacementState.WITHDRAWN,
        is_round_over=placement.round.state in {RoundState.RUNNING, RoundState.CLOSED},
        stays=list(stays),
    )
    is_shown = reader is not None and access.may_see(reader, placement)
    return Started(
        key=f"{PLACEMENT}:{placement.id}",
        kind=RemedyKind.ROTATION.value,
        title=placement.title,
        stage=stage,
        on=on,
        path=f"/placements/{placement.id}" if is_shown else "",
        started_at=row.started_at,
    )


def _nameable(session: Session, action: Action, _at: datetime) -> list[Existing]:
    """Placements of the two teams in rounds that live, and those with stays between the two."""
    pair = action.low_team_id, action.high_team_id
    between = select(Stay.placement_id).where(
        Stay.home_team_id.in_(pair),
        Stay.host_team_id.in_(pair),
        Stay.ends_on > action.created_at.date(),
    )
    rows = session.scalars(
        select(Placement)
        .join(Round, Round.id == Placement.round_id)
        .where(
            Placement.host_team_id.in_(pair),
            Placement.state == PlacementState.OFFERED,
            or_(Round.state.in_([RoundState.OPEN, RoundState.PLANNING]), Placement.id.in_(between)),
        )
        .order_by(Placement.id)
        .limit(MOST_NAMED)
    ).all()
    return [Existing(f"{PLACEMENT}:{one.id}", RemedyKind.ROTATION, one.title, None) for one in rows]


def set_up() -> None:
    """Let the room of health know; asked once when the app is built."""
    source, room = Source(_placements, _nameable), Rotations(way, able)
    if source not in starts.sources:
        starts.sources.append(source)
    if room not in ways.rotations:
        ways.rotations.append(room)
