"""Lets the demo company live through its past rounds, with the product's own services."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import planner
from app.domain.consent import ConsentParty, ConsentState
from app.domain.insights import InsightFate
from app.domain.stays import LIVE, OVER, StayState
from app.insights import services as insights
from app.insights.models import Insight
from app.insights.queries import find as find_insight
from app.outbox.models import Notice
from app.people.models import Person
from app.rotations.models import (
    CheckIn,
    Consent,
    Debrief,
    DebriefSide,
    Round,
    RoundState,
    Stay,
)
from app.rotations.queries.stays import find
from app.rotations.services import debriefs, plans, publishing
from app.rotations.services import rounds as round_services
from app.rotations.services.debriefs import LookBack
from app.rotations.services.plans import Computed, Wanted
from app.rotations.services.stays.answering import Answer, answer
from app.rotations.services.stays.ending import EarlyEnd, end_early
from app.rotations.services.stays.keeping import keep
from app.rotations.services.stays.sheet import save_sheet, set_goals
from app.surveys.services.keys import Keys
from app.voices.services.taps import forget_who_tapped
from seed import collaboration, rounds, surveys, taps, trainings, trips
from seed.people import Company
from seed.rounds import RoundPlan, noon
from seed.story import Story
from seed.tasks import BUDDY_NOTES, GOALS, INSIGHTS, LEARNED, SHEET

FRESH = timedelta(days=10)  # notices younger than this are still unread
LATE = timedelta(days=90)  # when those answer a change who needed reminding
PARTIES = (ConsentParty.PERSON, ConsentParty.HOST, ConsentParty.HR, ConsentParty.COUNCIL)


def tell(session: Session, company: Company, random: Random, *, seed: int, keys: Keys) -> None:
    """Three closed rounds and a running one, trainings and surveys, up to the present.

    `keys` is where the key of the survey that is open now stays.
    """
    story = Story(session, company, random)
    monday = rounds.monday(company.today)
    for plan in (*rounds.PAST, rounds.RUNNING):
        starts_on = monday + timedelta(weeks=plan.weeks)
        story.later(noon(starts_on - timedelta(weeks=7)), _publishing(story, plan))
    trainings.expect(story, seed=seed)
    trips.expect(story)
    surveys.expect(story, seed=seed, keys=keys, closed=collaboration.answering(story))
    story.live()
    forget_who_tapped(session, at=company.now)
    _settle_notices(session, company.now)


def _publishing(story: Story, plan: RoundPlan) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        round_ = _planned_round(story, plan)
        _compute_and_publish(story, round_, at)
        _expect_the_round(story, round_)
        stays = story.session.scalars(select(Stay).where(Stay.round_id == round_.id)).all()
        if plan is rounds.RUNNING:
            story.drops_out = max(stays, key=lambda stay: (stay.starts_on, stay.id)).id
        for stay in stays:
            _expect_the_stay(story, stay, at)

    return act


def _planned_round(story: Story, plan: RoundPlan) -> Round:
    """A round as it stood when its plan was made."""
    session, company, random = story.session, story.company, story.random
    round_ = rounds.make_round(session, company, plan)
    placements = rounds.make_placements(session, company, round_, random)
    round_.state, round_.published_at = RoundState.PLANNING, None
    people = _free_people(story, round_, plan.applicants)
    applications = rounds.make_applications(session, company, round_, placements, people, random)
    rounds.endorse_all(session, company, round_, applications)
    return round_


def _free_people(story: Story, round_: Round, wanted: int) -> list[Person]:
    """People who are not away on another stay when the round runs."""
    busy = set(
        story.session.scalars(
            select(Stay.person_id).where(Stay.ends_on > round_.starts_on, Stay.state.in_(LIVE))
        )
    )
    everybody = [person for team in story.company.members.values() for person in team[1:]]
    free = [person for person in everybody if person.id not in busy]
    return story.random.sample(free, k=min(wanted, len(free)))


def _compute_and_publish(story: Story, round_: Round, at: datetime) -> None:
    session, hr = story.session, story.company.hr
    asked_at = at - timedelta(days=1)
    plan = plans.ask_for(
        session, round_, Wanted("Vorschlag", 10), at=asked_at, today=at.date(), by=hr.id
    )
    claim = plans.claim(session, at=asked_at)
    if claim is None:
        raise ValueError("the plan that was just asked for cannot be claimed")
    instance = planner.load_instance(claim.instance)
    found = planner.solve(instance, time_s=10, seed=round_.seed)
    told = json.dumps(planner.explain(instance, found), ensure_ascii=False)
    plans.store(session, claim, Computed(found.to_json(), told), at=asked_at)
    session.flush()
    session.refresh(plan)
    if plan.problem:
        raise ValueError(plan.problem)
    seen = publishing.Seen(plan.version, 0)
    publishing.publish(session, plan, seen=seen, by=hr.id, today=at.date(), at=at)


def _expect_the_round(story: Story, round_: Round) -> None:
    def enter(state: RoundState) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            round_services.enter(
                story.session, round_, state, actor_id=None, today=at.date(), at=at
            )

        return act

    story.later(_morning(round_.starts_on), enter(RoundState.RUNNING))
    story.later(_morning(round_.ends_on + timedelta(days=7)), enter(RoundState.CLOSED))


def _expect_the_stay(story: Story, stay: Stay, published_at: datetime) -> None:
    for number, days in enumerate((2, 5, 6, 11)):
        at = published_at + timedelta(days=days, minutes=story.random.randrange(300))
        story.later(at, _answering(story, stay.id, PARTIES[number]))
    story.later(published_at + timedelta(days=14), _preparing(story, stay.id))
    story.later(_morning(stay.starts_on), _keeping(story, stay.id))
    for check_in in story.session.scalars(select(CheckIn).where(CheckIn.stay_id == stay.id)):
        if check_in.due_on > story.company.today - FRESH:  # older ones are moot
            story.later(_morning(check_in.due_on), _keeping(story, stay.id))
        if story.random.random() < 0.8:
            story.later(noon(check_in.due_on + timedelta(days=1)), _checking_in(story, check_in))
    if story.random.random() < 0.05:
        early = stay.starts_on + (stay.ends_on - stay.starts_on) / 2
        story.later(noon(early), _ending_early(story, stay.id))
    story.later(_morning(stay.ends_on), _keeping(story, stay.id))
    story.later(noon(stay.ends_on + timedelta(days=2)), taps.after_stay(story, stay.id))
    for number, side in enumerate((DebriefSide.PERSON, DebriefSide.HOST, DebriefSide.HOME)):
        at = noon(stay.ends_on + timedelta(days=3 + 4 * number))
        if story.random.random() < (0.9, 0.7, 0.5)[number]:
            story.later(at, _looking_back(story, stay.id, side))


def _morning(day: date) -> datetime:
    return noon(day) - timedelta(hours=7)


def _answering(story: Story, stay_id: int, party: ConsentParty) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        stay = story.stay(stay_id)
        if stay.state is not StayState.PROPOSED:
            return
        consent = next(row for row in stay.consents if row.party == party)
        if consent.state is not ConsentState.ASKED or _keeps_waiting(story, stay, consent):
            return
        declines = party is ConsentParty.PERSON and stay.id == story.drops_out
        state = ConsentState.REFUSED if declines else ConsentState.GIVEN
        answer(story.session, stay, Answer(party, state, _answerer(story, stay, party)), at=at)

    return act


def _keeps_waiting(story: Story, stay: Stay, consent: Consent) -> bool:
    """Stays that begin in some weeks still wait for an answer, so that there is one to give."""
    if stay.starts_on <= story.company.today + timedelta(weeks=2):
        return False
    waits_for_host = consent.party is ConsentParty.HOST and stay.id % 3 == 0
    return waits_for_host or consent.party is ConsentParty.COUNCIL


def _answerer(story: Story, stay: Stay, party: ConsentParty) -> int:
    if party is ConsentParty.PERSON:
        return stay.person_id
    if party is ConsentParty.HOST:
        return story.company.members[stay.host.name][0].id
    if party is ConsentParty.HR:
        return story.company.hr.id
    return story.company.members["Service Hamburg"][3].id


def _preparing(story: Story, stay_id: int) -> Callable[[datetime], None]:
    """The host lead fills in the sheet, and both agree on goals; one in six is forgotten."""

    def act(at: datetime) -> None:
        stay = story.stay(stay_id)
        if stay.state not in LIVE or stay_id % 6 == 0:
            return
        host = story.company.members[stay.host.name][0].id
        opened_on = stay.sheet.version if stay.sheet else 1
        save_sheet(story.session, stay, SHEET, opened_on=opened_on, by=host, at=at)
        story.session.flush()
        goals = GOALS[: 2 + stay_id % 2]
        set_goals(story.session, stay, goals, opened_on=stay.version, by=stay.person_id, at=at)

    return act


def _keeping(story: Story, stay_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        keep(story.session, story.stay(stay_id), at=at)

    return act


def _checking_in(story: Story, check_in: CheckIn) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        stay = story.session.get_one(Stay, check_in.stay_id)
        if stay.state not in {StayState.RUNNING, *OVER}:
            return
        check_in.done_at, check_in.done_by = at, stay.person_id
        check_in.going_well = story.random.choice(BUDDY_NOTES)

    return act


def _ending_early(story: Story, stay_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        stay = story.stay(stay_id)
        if stay.state is StayState.RUNNING:
            end_early(story.session, stay, EarlyEnd(last_day=at.date()), by=stay.person_id, at=at)

    return act


def _looking_back(story: Story, stay_id: int, side: DebriefSide) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        stay = find(story.session, stay_id)  # with the debriefs written so far
        if stay is None or stay.state not in OVER:
            return
        changes = story.random.sample(INSIGHTS, k=story.random.randint(0, 2))
        said = LookBack(side, story.random.choice(LEARNED), changes)
        debriefs.write_debrief(story.session, stay, said, by=_looker(story, stay, side), at=at)
        story.session.flush()
        _expect_fates(story, stay_id, at)

    return act


def _looker(story: Story, stay: Stay, side: DebriefSide) -> int:
    if side is DebriefSide.PERSON:
        return stay.person_id
    team = stay.host if side is DebriefSide.HOST else stay.home
    return story.company.members[team.name][0].id


def _expect_fates(story: Story, stay_id: int, at: datetime) -> None:
    fresh = story.session.scalars(
        select(Insight)
        .join(Debrief, Debrief.id == Insight.stay_debrief_id)
        .where(Debrief.stay_id == stay_id, Debrief.written_at == at)
        .order_by(Insight.id)
    )
    for insight in fresh:
        if story.random.random() < 0.8:
            when = at + timedelta(days=story.random.randrange(10, 40))
            story.later(when, _deciding(story, insight.id))
        else:
            late = FATES[insight.id % len(FATES)]
            story.later(at + LATE, _deciding(story, insight.id, late))


FATES = (
    (InsightFate.USED, "Übernommen; seit diesem Monat so in Gebrauch."),
    (InsightFate.AGREEMENT, "Zwischen beiden Teams vereinbart, Überprüfung im nächsten Quartal."),
    (InsightFate.DECLINED, "Derzeit nicht möglich, weil das CRM umgestellt wird."),
)


def _deciding(
    story: Story, insight_id: int, chosen: tuple[InsightFate, str] | None = None
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        insight = find_insight(story.session, insight_id)
        if insight is None or insight.fate is not InsightFate.OPEN:
            return
        fate, note = chosen or story.random.choice(FATES)
        insights.decide(
            story.session,
            insight,
            fate=fate,
            note=note,
            opened_on=insight.version,
            by=insight.owner_id,
            at=at,
        )

    return act


def _settle_notices(session: Session, now: datetime) -> None:
    """The past was mailed and read long ago; the last days wait to be read."""
    session.execute(update(Notice).values(awaits_mail=False, awaits_digest=False))
    session.execute(
        update(Notice).where(Notice.created_at < now - FRESH).values(read_at=Notice.created_at)
    )
