"""Makes the demo company's rounds: three of the past, one running, one open, one draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from app.people.models import Person
from app.rotations.models import (
    Application,
    ApplicationState,
    Avoidance,
    Blackout,
    Choice,
    Endorsement,
    EndorsementState,
    PairWish,
    Placement,
    PlacementSkill,
    PlacementState,
    Round,
    RoundState,
)
from seed.people import Company
from seed.tasks import MOTIVATIONS, TASKS, Task

BLOCKS = 6
BLOCK_WEEKS = 4
SEASONS = ("Frühjahr", "Sommer", "Herbst", "Winter")
WELCOME = (
    "In dieser Runde suchen wir vor allem Menschen aus Marketing und Vertrieb, die für einige Wochen die"
    " Seite wechseln. Fragen beantwortet Ihnen das Personalteam gern."
)


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """When a round begins, in weeks from today, and how far it has come."""

    weeks: int
    state: RoundState
    applicants: int


PAST = (
    RoundPlan(-98, RoundState.CLOSED, 8),
    RoundPlan(-70, RoundState.CLOSED, 9),
    RoundPlan(-42, RoundState.CLOSED, 10),
)
RUNNING = RoundPlan(-11, RoundState.RUNNING, 32)
OPEN = RoundPlan(15, RoundState.OPEN, 40)
DRAFT = RoundPlan(41, RoundState.DRAFT, 0)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def noon(day: date) -> datetime:
    """Noon UTC of a day: when the demo company's history happened."""
    return datetime.combine(day, time(12), tzinfo=UTC)


def make_round(session: Session, company: Company, plan: RoundPlan) -> Round:
    """One round with believable deadlines before it."""
    starts_on = monday(company.today) + timedelta(weeks=plan.weeks)
    row = Round(
        name=f"{SEASONS[(starts_on.month - 1) // 3]} {starts_on.year}",
        welcome=WELCOME,
        state=plan.state,
        starts_on=starts_on,
        blocks=BLOCKS,
        block_weeks=BLOCK_WEEKS,
        gap_blocks=0,
        max_rotations=1,
        notice_weeks=4,
        placements_due_on=starts_on - timedelta(weeks=14, days=-4),
        applications_due_on=starts_on - timedelta(weeks=12, days=-4),
        endorsements_due_on=starts_on - timedelta(weeks=10, days=-4),
        publish_on=starts_on - timedelta(weeks=7),
        weights={},
        seed=1,
        created_at=noon(starts_on - timedelta(weeks=20)),
        created_by=company.hr.id,
    )
    if plan.state in {RoundState.RUNNING, RoundState.CLOSED}:
        row.published_at = noon(row.publish_on)
    session.add(row)
    session.flush()
    _make_pairs(session, company, row)
    return row


def _make_pairs(session: Session, company: Company, round_: Round) -> None:
    wishes = (
        ("Digital und Kampagnen", "Innendienst", 8),
        ("Innendienst", "Digital und Kampagnen", 8),
        ("Marke und Kommunikation", "Außendienst Nord", 6),
        ("Außendienst Nord", "Marke und Kommunikation", 6),
        ("Produktmarketing", "Außendienst Süd", 10),
        ("Außendienst Süd", "Produktmarketing", 10),
        ("Messen und Veranstaltungen", "Key Account", 4),
    )
    session.add_all(
        PairWish(
            round_id=round_.id,
            home_team_id=company.teams[home].id,
            host_team_id=company.teams[host].id,
            need=need,
            target=1,
        )
        for home, host, need in wishes
    )


def make_placements(
    session: Session, company: Company, round_: Round, random: Random
) -> list[Placement]:
    """What the host teams offer in a round; a draft round has its first two only."""
    made = []
    for team, tasks in TASKS.items():
        for task in tasks:
            if round_.starts_on < company.today and random.random() < 0.25:
                continue
            made.append(_placement(company, round_, team, task, random))
    if round_.state is RoundState.DRAFT:
        made = made[:2]
    session.add_all(made)
    session.flush()
    for placement in made:
        _ask_for_skills(session, company, placement)
    session.flush()
    return made


def _placement(company: Company, round_: Round, team: str, task: Task, random: Random) -> Placement:
    host = company.teams[team]
    first = random.randint(0, 3 if round_.state is RoundState.RUNNING else 1)
    return Placement(
        round_id=round_.id,
        host_team_id=host.id,
        site_id=host.site_id,
        title=task.title,
        task=task.task,
        learning=task.learning,
        duration=task.blocks,
        first_start=first,
        last_start=max(first, min(BLOCKS - task.blocks, first + random.randint(0, 1))),
        seats=task.seats,
        buddy_id=random.choice(company.members[team][2:]).id,
        remote_ok=task.remote_ok,
        share=task.share,
        state=PlacementState.DRAFT if round_.state is RoundState.DRAFT else PlacementState.OFFERED,
        created_at=round_.created_at + timedelta(days=14),
        created_by=company.members[team][0].id,
    )


def _ask_for_skills(session: Session, company: Company, placement: Placement) -> None:
    task = next(task for tasks in TASKS.values() for task in tasks if task.title == placement.title)
    for names, required in ((task.required, True), (task.welcome, False)):
        session.add_all(
            PlacementSkill(
                placement_id=placement.id, skill_id=company.skills[name].id, required=required
            )
            for name in names
        )


def make_applications(
    session: Session,
    company: Company,
    round_: Round,
    placements: list[Placement],
    people: list[Person],
    random: Random,
) -> list[Application]:
    """One application per person, dearest choices first, from what fits the person."""
    made = []
    for person in people:
        wished = _wishes(company, person, placements, random)
        if wished:
            made.append(_application(session, company, round_, person, wished, random))
    session.flush()
    return made


def _wishes(
    company: Company, person: Person, placements: list[Placement], random: Random
) -> list[Placement]:
    """Two to five placements the person could take, popular ones more often."""
    home = company.teams[company.team_of[person.id]]
    fitting = [
        placement
        for placement in placements
        if placement.host_team_id != home.id
        and _required(placement) <= company.skills_of[person.id]
        and (placement.site_id == person.site_id or person.mobile
             or (person.remote_ok and placement.remote_ok))
    ]  # fmt: skip
    fitting.sort(key=lambda placement: random.random() * (1 + placement.id % 5) ** 2, reverse=True)
    return fitting[: random.randint(2, 5)]


def _required(placement: Placement) -> set[str]:
    return {
        name
        for tasks in TASKS.values()
        for task in tasks
        if task.title == placement.title
        for name in task.required
    }


def _application(
    session: Session,
    company: Company,
    round_: Round,
    person: Person,
    wished: list[Placement],
    random: Random,
) -> Application:
    submitted = _submitted_at(company, round_, random)
    row = Application(
        round_id=round_.id,
        person_id=person.id,
        home_team_id=company.teams[company.team_of[person.id]].id,
        state=ApplicationState.SUBMITTED,
        motivation=random.choice(MOTIVATIONS),
        same_site_wish=random.random() < 0.3,
        notice_waived=random.random() < 0.2,
        created_at=submitted,
        submitted_at=submitted,
    )
    session.add(row)
    session.flush()
    session.add_all(
        Choice(application_id=row.id, placement_id=placement.id, rank=rank)
        for rank, placement in enumerate(wished, start=1)
    )
    if random.random() < 0.1:
        avoided = random.choice(sorted(team.id for team in company.teams.values()))
        session.add(Avoidance(application_id=row.id, team_id=avoided))
    return row


def _submitted_at(company: Company, round_: Round, random: Random) -> datetime:
    before = random.randrange(2, 16)
    day = min(round_.applications_due_on, company.today) - timedelta(days=before)
    return noon(day) + timedelta(minutes=random.randrange(-180, 240))


def endorse_all(
    session: Session, company: Company, round_: Round, applications: list[Application]
) -> None:
    """The home teams of a past round said yes to everybody."""
    for application in applications:
        lead = company.members[company.team_of[application.person_id]][0]
        session.add(
            Endorsement(
                application_id=application.id,
                state=EndorsementState.ENDORSED,
                cover_plan="Das Team übernimmt die laufenden Vorgänge.",
                due_on=round_.endorsements_due_on,
                asked_at=application.created_at,
                decided_at=application.created_at + timedelta(days=4),
                decided_by=lead.id,
            )
        )
    session.flush()


def endorse_some(
    session: Session,
    company: Company,
    round_: Round,
    applications: list[Application],
    random: Random,
) -> None:
    """The home teams of the open round are half-way through their answers."""
    for number, application in enumerate(applications):
        row = Endorsement(
            application_id=application.id,
            state=EndorsementState.ASKED,
            due_on=round_.endorsements_due_on,
            asked_at=application.created_at,
        )
        if number % 9 == 4:
            row.state = EndorsementState.REFUSED
            row.reason = (
                "In diesem Halbjahr führen wir das neue CRM ein und können niemanden entbehren."
            )
        elif random.random() < 0.55:
            row.state = EndorsementState.ENDORSED
            row.cover_plan = "Die Vertretung ist im Team abgesprochen."
        if row.state is not EndorsementState.ASKED:
            lead = company.members[company.team_of[application.person_id]][0]
            row.decided_at = min(application.created_at + timedelta(days=2), company.now)
            row.decided_by = lead.id
        session.add(row)
    session.flush()


def make_blackouts(session: Session, company: Company) -> None:
    """Quarter ends for sales teams, two fairs for marketing teams, within the coming year."""
    year = company.today.year
    quarter_ends = [date(year, 12, 1), date(year + 1, 3, 15), date(year + 1, 6, 15)]
    for team in ("Außendienst Nord", "Außendienst Süd", "Key Account"):
        for start in quarter_ends:
            session.add(
                Blackout(
                    team_id=company.teams[team].id,
                    starts_on=start,
                    ends_on=start + timedelta(days=17),
                    reason="Quartalsende",
                )
            )
    for start in (date(year + 1, 4, 12), date(year + 1, 9, 6)):
        session.add(
            Blackout(
                team_id=company.teams["Messen und Veranstaltungen"].id,
                starts_on=start,
                ends_on=start + timedelta(days=10),
                reason="Messe",
            )
        )
    session.flush()
