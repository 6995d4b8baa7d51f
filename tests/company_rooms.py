"""Own and foreign things of the made-up company in rotations, trainings and surveys."""

from datetime import date, timedelta

from sqlalchemy import func, select

from app.domain.questionnaire import SCORED
from app.domain.seats import Approval, BookingState, GatheringState
from app.domain.waves import WaveState
from app.gatherings.models import Booking, Meeting, TripPromise
from app.health.models import Remedy
from app.health.services import remedies
from app.health.services.actions import About, ActionDraft, plan
from app.health.services.publishing import publish
from app.people.models import (
    Person,
    Sponsor,
    Team,
)
from app.rotations.models import (
    Goal,
    PlacementState,
    Plan,
    PlanRule,
    RoundState,
    RuleKind,
)
from app.surveys.models import (
    Answer,
    Asked,
    AskedAbout,
    Cell,
    Question,
    Tie,
    Wave,
    WaveQuestion,
    WaveTeam,
)
from app.surveys.services.keys import KeysInMemory
from app.surveys.services.questions import begin
from tests.factories import (
    NOW,
    make_application,
    make_blackout,
    make_endorsement,
    make_placement,
    make_round,
    make_stay,
)
from tests.gatherings.makers import (
    make_booking,
    make_certificate,
    make_course,
    make_gathering,
    make_interest,
    make_room,
    make_trainer,
)
from tests.insights.makers import make_day_insight, make_stay_insight
from tests.surveys.makers import switch_on

ASKED = 8  # everybody with a name in tests/company.py
PROTOCOL = {
    "people": 7,
    "ballots_at_least": 0,
    "kept": 0,
    "pairs_asked": 1,
    "pairs_published": 0,
    "comments_readable": 0,
    "plan": "0" * 64,
    "answers": "0" * 64,
}


def add(session, row):
    session.add(row)
    session.flush()
    return row.id


def rotation_things(session, made, ada, bo, teams):
    rhine, elbe, main = teams
    round_ = make_round(session)
    hidden = make_round(session, "Autumn 2027", state=RoundState.DRAFT)
    ours = make_placement(session, round_, rhine, "Our desk")
    theirs = make_placement(session, round_, main, "Their desk", state=PlacementState.DRAFT)
    offered = make_placement(session, round_, main, "Offered desk", seats=5)
    made.own["round_id"], made.foreign["round_id"] = round_.id, hidden.id
    made.own["placement_id"], made.foreign["placement_id"] = ours.id, theirs.id
    things = {
        "own": (ada, rhine, make_application(session, round_, ada, rhine, [offered])),
        "foreign": (bo, elbe, make_application(session, round_, bo, elbe, [offered])),
    }
    for side, (person, home, application) in things.items():
        which = getattr(made, side)
        stay = make_stay(session, person, offered, home)
        which["application_id"] = application.id
        which["endorsement_id"] = make_endorsement(session, application).id
        which["stay_id"] = stay.id
        which["goal_id"] = add(session, Goal(stay_id=stay.id, text="See how briefs are written"))
        insight = make_stay_insight(session, stay, owner=person, team_id=home.id)
        which["insight_id"] = insight.id
        blackout = make_blackout(session, home, date(2027, 6, 21), date(2027, 7, 5))
        which["blackout_id"] = blackout.id
    for side, owner in (("own", round_), ("foreign", hidden)):
        which = getattr(made, side)
        which["plan_id"] = _plan(session, owner)
        rule = PlanRule(
            round_id=owner.id,
            kind=next(iter(RuleKind)),
            person_id=ada.id,
            placement_id=offered.id,
            start=0,
            created_at=NOW,
        )
        which["rule_id"] = add(session, rule)


def training_things(session, made, bo):
    """Tina leads a date everybody has booked; Ada and Bo ask for a seat of another one."""
    course, undated = make_course(session), make_course(session, "Peer coaching")
    led = make_gathering(session, course=course, seats=20)
    meeting = session.scalar(select(Meeting).where(Meeting.gathering_id == led.id))
    make_trainer(session, meeting, made.people["trainer"])
    asked = make_gathering(session, course=course, needs_approval=True)
    draft = make_gathering(session, course=course, state=GatheringState.DRAFT)
    shared = {"course_id": course.id, "room_id": make_room(session).id}
    made.own |= shared | {"gathering_id": led.id}
    made.foreign |= shared | {"gathering_id": draft.id}
    booked = {role: make_booking(session, led, one).id for role, one in made.people.items()}
    elsewhere = make_booking(session, led, bo).id
    made.own["bookings.booking_id"] = booked | {"anonymous": elsewhere}
    made.foreign["bookings.booking_id"] = elsewhere
    pending = {"state": BookingState.REQUESTED, "approval": Approval.PENDING}
    for which, person in ((made.own, made.people["employee"]), (made.foreign, bo)):
        which["booking_id"] = make_booking(session, asked, person, **pending).id
    make_interest(session, undated, bo)
    _joint_days(session, made, bo)
    made.own["meeting_id"] = made.foreign["meeting_id"] = meeting.id
    made.own["certificate_id"] = {
        role: make_certificate(session, session.get(Booking, key), course, pdf=b"%PDF-1.4").id
        for role, key in booked.items()
    }
    theirs = make_certificate(session, session.get(Booking, elsewhere), course)
    made.foreign["certificate_id"] = theirs.id
    made.own["certificate_id"]["anonymous"] = made.foreign["certificate_id"]


def _joint_days(session, made, bo):
    """Everybody hosts a day to come with Mo as a guest; Bo's day is a draft that nobody sees."""
    guest = session.scalar(select(Person).where(Person.given_name == "Mo"))

    def day(host, number, **fields):
        starts_at = NOW + timedelta(days=40 + number)
        return make_gathering(session, host=host, starts_at=starts_at, seats=2, **fields)

    days = {role: day(one, number) for number, (role, one) in enumerate(made.people.items())}
    hidden = day(bo, 20, state=GatheringState.DRAFT)
    made.own["trips.gathering_id"] = {role: one.id for role, one in days.items()}
    made.own["trips.booking_id"] = {
        role: make_booking(session, one, guest).id for role, one in days.items()
    }
    made.foreign["trips.gathering_id"] = made.own["trips.gathering_id"]["anonymous"] = hidden.id
    theirs = make_booking(session, hidden, guest).id
    made.foreign["trips.booking_id"] = made.own["trips.booking_id"]["anonymous"] = theirs
    for name in ("promise_id", "insight_id"):
        made.own[name] = {}
    for role, one in (*made.people.items(), ("anonymous", bo)):
        promise, insight = _looked_back(session, hidden, one)
        made.own["promise_id"][role], made.own["insight_id"][role] = promise, insight
    made.foreign["promise_id"] = made.own["promise_id"]["anonymous"]


def _looked_back(session, gathering, person):
    """A promise of a person, and an insight they answer."""
    elbe = session.scalar(select(Team.id).where(Team.name == "Elbe"))
    insight = make_day_insight(session, gathering, person, owner=person, teams=(None, elbe))
    promise = {"debrief_id": insight.trip_debrief_id, "owner_id": person.id}
    return add(session, TripPromise(text="Call back", **promise)), insight.id


def _plan(session, round_):
    return add(
        session,
        Plan(
            round_id=round_.id,
            name="First try",
            settings={},
            instance="",
            progress={},
            created_at=NOW,
        ),
    )


def survey_things(session, made, rhine, main):
    """An open wave that asks every role about Main, and a closed one that asks nobody any more."""
    begin(session)
    switch_on(session)
    open_wave = _wave(session, "Autumn", WaveState.OPEN, public_key=KeysInMemory().make(1))
    closed = _wave(
        session, "Summer", WaveState.CLOSED, days_ago=90, cleaned=True, protocol=PROTOCOL
    )
    made.own["wave_id"], made.foreign["wave_id"] = open_wave.id, closed.id
    made.own["one"], made.own["other"] = rhine.id, main.id
    made.own["health.team_id"] = rhine.id
    made.own["sponsor_id"] = made.foreign["sponsor_id"] = session.scalar(select(Sponsor.id))
    made.own["surveys.team_id"], made.foreign["surveys.team_id"] = main.id, rhine.id
    session.add_all(
        WaveQuestion(wave_id=open_wave.id, question_id=question)
        for question in session.scalars(select(Question.id))
    )
    add(session, Tie(source_id=rhine.id, target_id=main.id, starts_on=date(2026, 1, 1)))
    for wave in (open_wave, closed):
        for team in (rhine, main):
            frozen = {"department_id": team.department_id, "department": "Any", "members": 9}
            session.add(WaveTeam(wave_id=wave.id, team_id=team.id, name=team.name, **frozen))
    for person in made.people.values():
        wave_person = {"wave_id": open_wave.id, "person_id": person.id}
        session.add(Asked(**wave_person, team_id=rhine.id))
        session.flush()
        session.add(AskedAbout(**wave_person, target_id=main.id))
    session.flush()
    _published(session, closed, rhine, main)
    _answers_to_results(session, made, closed, rhine, main)


def _answers_to_results(session, made, wave, rhine, main):
    """A remedy, and an action of each visitor beside one that only those in charge may see."""
    remedies.begin(session)
    made.own["remedy_id"] = session.scalar(select(func.min(Remedy.id)))
    about = About(wave.id, rhine.id, main.id)

    def action(owner_id):
        draft = ActionDraft("Meet", owner_id, date(2027, 1, 15))
        return plan(session, about, draft, by=owner_id, today=date(2026, 9, 2), at=NOW).id

    made.own["action_id"] = {role: action(person.id) for role, person in made.people.items()}
    far = About(wave.id, main.id, made.foreign["team_id"])
    draft = ActionDraft("Meet", made.foreign["person_id"], date(2027, 1, 15))
    made.foreign["action_id"] = plan(
        session, far, draft, by=draft.owner_id, today=date(2026, 9, 2), at=NOW
    ).id
    made.own["action_id"]["anonymous"] = made.foreign["action_id"]
    made.own["starts.kind"] = made.foreign["starts.kind"] = "trip"
    made.foreign["one"], made.foreign["other"] = main.id, made.foreign["team_id"]
    made.foreign["remedy_id"] = made.own["remedy_id"]


def _published(session, wave, rhine, main):
    """What six of Rhine said about Main, as the wave published it."""
    counts = {"eligible": 9, "members": 9, "published": True, "answers": 6, "returned": 7}
    pair = {"wave_id": wave.id, "source_id": rhine.id, "target_id": main.id}
    session.add(Cell(**pair, **counts))
    session.flush()  # answers name the pair their wave asked
    steps = "4" * len(SCORED)
    session.add_all(Answer(key=bytes([number] * 16), **pair, steps=steps) for number in range(6))
    session.flush()
    publish(session, wave.id, on=date(2026, 9, 1), at=NOW)


def _wave(session, title, state, *, days_ago=0, **fields):
    opens_on = NOW.date() - timedelta(days=days_ago)
    wave = Wave(
        title=title,
        state=state,
        opens_on=opens_on,
        ends_on=opens_on + timedelta(days=14),
        asked=ASKED,
        created_at=NOW,
        closed_at=NOW if state is WaveState.CLOSED else None,
        **fields,
    )
    session.add(wave)
    session.flush()
    return wave
