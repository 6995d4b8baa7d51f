"""Who hears of a round's next state, and what: the same list serves the preview and the sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.domain.refusals import N_
from app.domain.roles import Role
from app.domain.rounds import RoundState
from app.outbox.models import NoticeTopic
from app.outbox.services import Message
from app.rotations.models import Round
from app.rotations.queries import company
from app.rotations.queries.stays.people import holders_of, leads_of


@dataclass(frozen=True, slots=True)
class Audience:
    """A group of people (ids) and what they are told; `label` names the group on the preview."""

    name: str
    label: str
    people: frozenset[int]
    message: Message


EVERYBODY = N_("everybody who works here")
LEADS = N_("leads and deputies")
HR = N_("HR")


def all_leads(session: Session, *, today: date) -> frozenset[int]:
    """Leads and deputies of every team that is not closed. Two statements."""
    teams = [team.id for team in company.teams(session, today=today)]
    found = leads_of(session, teams, today=today)
    return frozenset(person for people in found.values() for person in people)


def of_move(session: Session, round_: Round, to: RoundState, *, today: date) -> list[Audience]:
    """Whom the move to `to` tells. At most four statements."""
    if to is RoundState.OPEN:
        return _of_opening(session, round_, today=today)
    if to is RoundState.DRAFT:
        leads = all_leads(session, today=today)
        return [Audience("leads", LEADS, leads, _taken_back(round_))]
    if to is RoundState.PUBLISHED:
        return []
    return [Audience("hr", HR, holders_of(session, Role.HR), _to_hr(round_, to))]


def _of_opening(session: Session, round_: Round, *, today: date) -> list[Audience]:
    leads = all_leads(session, today=today)
    everybody = frozenset(person.id for person in company.colleagues(session, today=today))
    return [
        Audience("leads", LEADS, leads, _please_offer(round_)),
        Audience("everybody", EVERYBODY, everybody - leads, _please_apply(round_)),
    ]


def _please_offer(round_: Round) -> Message:
    return Message(
        topic=NoticeTopic.ROUNDS,
        title=N_("The round “%(round)s” is open"),
        text=N_(
            "Offer placements in your team until %(placements)s. Your people may apply until"
            " %(applications)s, and you endorse them until %(endorsements)s."
        ),
        path=f"/placements/new?round={round_.id}",
        action=N_("Offer a placement"),
        params={
            "round": round_.name,
            "placements": round_.placements_due_on,
            "applications": round_.applications_due_on,
            "endorsements": round_.endorsements_due_on,
        },
    )


def _please_apply(round_: Round) -> Message:
    return Message(
        topic=NoticeTopic.ROUNDS,
        title=N_("The round “%(round)s” is open"),
        text=N_("Look at the placements and apply for up to five of them until %(applications)s."),
        path=f"/placements/?round={round_.id}",
        action=N_("Look at the placements"),
        params={"round": round_.name, "applications": round_.applications_due_on},
    )


def _taken_back(round_: Round) -> Message:
    return Message(
        topic=NoticeTopic.ROUNDS,
        title=N_("The round “%(round)s” is being revised"),
        text=N_("It is a draft again and will be opened later. Your placements are kept."),
        path="/placements/",
        action=N_("Look at the placements"),
        params={"round": round_.name},
    )


def _to_hr(round_: Round, to: RoundState) -> Message:
    title, text, action = {
        RoundState.PLANNING: (
            N_("“%(round)s” is ready to plan"),
            N_("The applications are in. Compute plans, compare them and publish one."),
            N_("Plan the round"),
        ),
        RoundState.RUNNING: (
            N_("“%(round)s” is running"),
            N_("The first block has begun."),
            N_("Look at the round"),
        ),
        RoundState.CLOSED: (
            N_("“%(round)s” is closed"),
            N_("The last block is over and every stay has ended."),
            N_("Look at the round"),
        ),
    }[to]
    return Message(
        topic=NoticeTopic.ROUNDS,
        title=title,
        text=text,
        path=f"/rounds/{round_.id}",
        action=action,
        params={"round": round_.name},
    )
