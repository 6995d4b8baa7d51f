"""Turns what the queries found into tasks with words and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from app.database import UnitOfWork
from app.domain.consent import ConsentParty
from app.domain.refusals import N_, NN_
from app.domain.roles import Actor
from app.domain.tasks import Task, in_order
from app.insights import queries as insights
from app.rotations.models import ApplicationState
from app.today import queries
from app.today.views.actions import actions_waiting
from app.today.views.seats import seats_waiting
from app.today.views.surveys import survey_waiting
from app.today.views.taps import taps_waiting
from app.today.views.trips import trips_waiting


def waiting_for(session: UnitOfWork, actor: Actor, *, today: date, at: datetime) -> list[Task]:
    """Everything that waits for this person, most pressing first. At most 31 statements."""
    return in_order(
        [
            *_rounds(session, actor),
            *_consents(session, actor),
            *_endorsements(session, actor),
            *_check_ins(session, actor, today),
            *_debriefs(session, actor, today),
            *_insights(session, actor),
            *seats_waiting(session, actor, at=at),
            *trips_waiting(session, actor, at=at),
            *actions_waiting(session, actor, at=at),
            *taps_waiting(session, actor, at=at),
            *survey_waiting(session, actor),
            *_programme(session, actor, today),
        ]
    )


def _rounds(session: UnitOfWork, actor: Actor) -> Iterator[Task]:
    for round_, state in queries.open_rounds(session, actor):
        params = {"round": round_.name}
        if state is ApplicationState.DRAFT:
            yield Task(
                "pencil-square",
                N_("Finish your application for “%(round)s”"),
                "applications.apply",
                params=params,
                values={"round_id": round_.id},
                due_on=round_.applications_due_on,
            )
        elif state is None and actor.home_team is not None:
            yield Task(
                "signpost-split",
                N_("Placements of “%(round)s” are open: have a look"),
                "placements.index",
                params=params,
                due_on=round_.applications_due_on,
            )


def _consents(session: UnitOfWork, actor: Actor) -> Iterator[Task]:
    for consent, stay in queries.consents(session, actor):
        own = stay.person_id == actor.person_id
        yield Task(
            "hand-index-thumb",
            N_("Do you accept “%(placement)s” in %(team)s?")
            if own
            else N_("Consent to the stay of %(person)s in %(team)s"),
            "council.show" if consent.party is ConsentParty.COUNCIL else "stays.show",
            params={
                "placement": stay.placement.title,
                "team": stay.placement.host.name,
                "person": stay.person.name,
            },
            values={"stay_id": stay.id},
            due_on=consent.due_on,
        )


def _endorsements(session: UnitOfWork, actor: Actor) -> Iterator[Task]:
    if actor.is_lead:
        pile = queries.endorsements(session, actor, escalated=False)
        if pile.count:
            yield Task(
                "hand-thumbs-up",
                NN_(
                    "%(num)d application waits for your endorsement",
                    "%(num)d applications wait for your endorsement",
                ),
                "endorsements.index",
                count=pile.count,
                due_on=pile.due_on,
            )
    if actor.is_hr:
        pile = queries.endorsements(session, actor, escalated=True)
        if pile.count:
            yield Task(
                "exclamation-diamond",
                NN_(
                    "%(num)d endorsement was left unanswered and is yours now",
                    "%(num)d endorsements were left unanswered and are yours now",
                ),
                "endorsements.index",
                count=pile.count,
                due_on=pile.due_on,
            )


def _check_ins(session: UnitOfWork, actor: Actor, today: date) -> Iterator[Task]:
    for check_in, stay in queries.check_ins(session, actor, today=today):
        own = stay.person_id == actor.person_id
        yield Task(
            "chat-dots",
            N_("How is it going? Check-in for “%(placement)s”")
            if own
            else N_("Talk to %(person)s: check-in for “%(placement)s”"),
            "stays.show",
            params={"placement": stay.placement.title, "person": stay.person.name},
            values={"stay_id": stay.id},
            due_on=check_in.due_on,
        )


def _debriefs(session: UnitOfWork, actor: Actor, today: date) -> Iterator[Task]:
    for stay in queries.debriefs(session, actor, today=today):
        yield Task(
            "journal-text",
            N_("Look back at the stay of %(person)s: “%(placement)s”"),
            "stays.show",
            params={"placement": stay.placement.title, "person": stay.person.name},
            values={"stay_id": stay.id},
        )


def _insights(session: UnitOfWork, actor: Actor) -> Iterator[Task]:
    number, due_on = insights.waiting_for(session, actor.person_id)
    if number:
        yield Task(
            "lightbulb",
            NN_("%(num)d insight waits for your answer", "%(num)d insights wait for your answer"),
            "insights.index",
            count=number,
            values={"mine": "1", "fate": "open"},
            due_on=due_on,
        )


def _programme(session: UnitOfWork, actor: Actor, today: date) -> Iterator[Task]:
    if actor.is_hr:
        yield from _intakes(session)
        for round_ in queries.rounds_to_plan(session):
            yield Task(
                "diagram-2",
                N_("Plan “%(round)s” and publish it"),
                "rounds.page",
                params={"round": round_.name},
                values={"round_id": round_.id},
                due_on=round_.publish_on,
            )
        pile = queries.freed_places(session, today=today)
        if pile.count:
            yield Task(
                "arrow-repeat",
                NN_(
                    "%(num)d stay fell through; a replan can fill the place",
                    "%(num)d stays fell through; a replan can fill the places",
                ),
                "programme.index",
                count=pile.count,
                due_on=pile.due_on,
            )
    if actor.is_hr or actor.is_administrator:
        failed = queries.failed_mails(session)
        if failed:
            yield Task(
                "envelope-x",
                NN_("%(num)d mail could not be delivered", "%(num)d mails could not be delivered"),
                "outbox.index",
                count=failed,
            )


def _intakes(session: UnitOfWork) -> Iterator[Task]:
    for intake in queries.intakes(session):
        yield Task(
            "inbox",
            NN_(
                "“%(round)s” has %(num)d application so far, %(open)d without an endorsement",
                "“%(round)s” has %(num)d applications so far, %(open)d without an endorsement",
            ),
            "rounds.page",
            count=intake.applications,
            params={"round": intake.round.name, "open": intake.undecided},
            values={"round_id": intake.round.id},
            due_on=intake.round.applications_due_on,
        )
