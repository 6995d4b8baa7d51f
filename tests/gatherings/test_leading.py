"""Who leads which meeting: their time, and what the database holds."""

from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.agenda.models import Commitment, CommitmentKind
from app.domain.refusals import Refusal
from app.domain.seats import GatheringState
from app.domain.seats.refusals import LeaderElsewhere, NotBookable
from app.domain.timespan import Timespan
from app.gatherings.jobs.leading import free_sessions
from app.gatherings.models import Gathering
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.services import bookings, planning
from app.gatherings.services.bookings import Sitting
from app.gatherings.services.planning import BadPlan, Maker, Terms, moves
from app.gatherings.services.planning.leading import hand_over
from app.gatherings.services.planning.leaving import free_of_leavers
from app.outbox.models import Notice
from migrations import guards
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_person
from tests.gatherings.leading import WEEK, change, held, meetings, named, three_meetings
from tests.gatherings.makers import START, make_gathering, make_trainer

LOOK = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def theo(session):
    return make_person(session, "Theo", roles=["trainer"])


@pytest.fixture
def gathering(session, cast):
    return three_meetings(session, cast)


def held_at_all(session):
    teaching = Commitment.kind == CommitmentKind.TEACHING
    return len(session.scalars(select(Commitment.id).where(teaching, Commitment.active)).all())


# -- the time of those who lead -------------------------------------------------------------------


def test_each_trainer_is_held_for_the_own_meetings_alone(session, cast, gathering, theo):
    change(session, gathering, cast, [cast.tina], [cast.tina, theo], [theo])

    expected = sorted([(1, cast.tina.id), (2, cast.tina.id), (2, theo.id), (3, theo.id)])
    assert named(session, gathering) == expected
    assert held(session, gathering) == expected
    assert held_at_all(session) == 4


def test_who_comes_and_goes_hears_of_the_own_meetings(session, cast, gathering, theo):
    change(session, gathering, cast, [cast.tina], [theo], [theo])

    told = session.execute(select(Notice.person_id, Notice.title, Notice.params)).all()
    second = (START + WEEK).isoformat()
    assert sorted((row[0], row[1], row[2]["count"]) for row in told) == sorted(
        [
            (theo.id, "You lead a session: %(what)s", 2),
            (cast.tina.id, "You no longer lead: %(what)s", 2),
        ]
    )
    assert [second[:16] in str(row[2]) for row in told] == [True, True]


def test_trainers_change_places_in_one_step(session, cast, gathering, theo):
    change(session, gathering, cast, [cast.tina], [theo], [cast.tina])
    change(session, gathering, cast, [theo], [cast.tina], [theo])

    assert held(session, gathering) == sorted([(1, theo.id), (2, cast.tina.id), (3, theo.id)])


def test_a_clash_with_one_meeting_is_named_and_the_others_are_free(session, cast, gathering, theo):
    make_commitment(session, theo, START + WEEK, title="Fair", hard=True)

    change(session, gathering, cast, [theo], [cast.tina], [theo])
    with pytest.raises(BadPlan) as refused:
        change(session, gathering, cast, [theo], [theo], [theo])

    fault = refused.value.faults[0]
    assert (len(refused.value.faults), fault.field, fault.meeting) == (1, "trainers", 1)
    assert fault.refusal.values["name"] == "Theo Test"
    assert (fault.refusal.values["day"], fault.refusal.values["title"]) == ("2026-12-28", "Fair")


def test_coming_meetings_of_a_session_that_has_begun_are_handed_over(
    session, cast, gathering, theo
):
    later = START + timedelta(days=1)

    change(session, gathering, cast, [cast.tina], [theo], [cast.tina], at=later)
    with pytest.raises(NotBookable):
        change(session, gathering, cast, [theo], [theo], [cast.tina], at=later)

    assert held(session, gathering) == sorted([(1, cast.tina.id), (2, theo.id), (3, cast.tina.id)])


def test_who_leads_another_meeting_hears_nothing_of_a_move(session, cast, gathering, theo):
    change(session, gathering, cast, [cast.tina], [theo], [cast.tina])
    second = meetings(session, gathering)[1]
    to = Timespan(second.starts_at + timedelta(days=1), second.ends_at + timedelta(days=1))

    sitting = Sitting(second.id, to, place="Attic")
    bookings.reschedule(session, gathering.id, [sitting], by=cast.olga.id, at=NOW)

    moved = Notice.title == "New time or place: %(what)s"
    told = session.execute(select(Notice.person_id, Notice.params).where(moved)).all()
    assert [(row[0], row[1]["where"]) for row in told] == [(theo.id, "Attic")]
    assert held(session, gathering) == sorted([(1, cast.tina.id), (2, theo.id), (3, cast.tina.id)])


def test_announcing_names_who_is_elsewhere_and_when(session, cast, signed_in, theo):
    draft = make_gathering(session, meetings=2, state=GatheringState.DRAFT)
    make_trainer(session, meetings(session, draft)[1], theo)
    make_commitment(session, theo, START + WEEK, title="Fair", hard=True)

    with pytest.raises(LeaderElsewhere) as refused:
        bookings.announce(session, draft.id, by=cast.olga.id, at=NOW)
    answer = signed_in(cast.olga).post(
        f"/courses/sessions/{draft.id}/announce", version=str(draft.version)
    )

    assert refused.value.values["day"] == "2026-12-28"
    page = unescape(signed_in(cast.olga).page(answer.location))
    assert (answer.status_code, session.get(Gathering, draft.id).state) == (303, "draft")
    assert page.count("Draft") > 0


def test_calling_off_calls_off_the_time_of_everybody_who_leads(session, cast, gathering, theo):
    change(session, gathering, cast, [cast.tina], [theo], [theo])

    bookings.call_off(session, gathering.id, by=cast.olga.id, reason="Flood", at=NOW)

    rows = session.execute(
        select(Commitment.person_id, Commitment.called_off_at).where(~Commitment.active)
    ).all()
    assert held_at_all(session) == 0
    off = sorted(person for person, at in rows if at is not None)
    assert off == sorted([cast.tina.id, theo.id, theo.id])


def test_who_left_leads_nothing_to_come_and_hr_hears_of_it(
    app, session, cast, gathering, theo, clock
):
    change(session, gathering, cast, [theo, cast.tina], [theo], [cast.tina])
    theo.left_on = NOW.date()
    session.commit()

    with app.app_context():
        free_sessions()
        free_sessions()

    session.expire_all()
    told = session.scalars(select(Notice).where(Notice.title.startswith("A trainer"))).all()
    assert named(session, gathering) == [(1, cast.tina.id), (3, cast.tina.id)]
    assert held(session, gathering) == [(1, cast.tina.id), (3, cast.tina.id)]
    assert [(one.person_id, one.params["person"]) for one in told] == [(cast.olga.id, "Theo Test")]


def test_nobody_is_named_for_a_day_after_their_last(session, cast, gathering, theo):
    theo.left_on = date(2026, 12, 25)
    session.flush()

    change(session, gathering, cast, [theo], [cast.tina], [cast.tina])
    with pytest.raises(BadPlan) as refused:
        change(session, gathering, cast, [theo], [theo], [cast.tina])

    fault = refused.value.faults[0]
    assert (type(fault.refusal).__name__, fault.meeting) == ("TrainerLeft", 1)


# -- whatever is done, in whatever order ----------------------------------------------------------

EDIT = st.one_of(
    st.tuples(st.just("name"), st.lists(st.sets(st.integers(0, 2)), min_size=3, max_size=3)),
    st.tuples(st.just("move"), st.tuples(st.integers(0, 2), st.integers(0, 9))),
    st.tuples(st.sampled_from(["announce", "confirm", "week", "keep", "leave", "call_off"])),
)


def apply(session, gathering, cast, people, edit, at):
    """One edit, as its page would send it."""
    found, by = queries.find(session, gathering.id), cast.olga.id
    maker = Maker(by, "en")
    if edit[0] == "name" and found.state is GatheringState.DRAFT:
        plan = moves.planned(found)
        led = [frozenset(people[number].id for number in numbers) for numbers in edit[1]]
        planned = (replace(one, led[n]) for n, one in enumerate(plan.meetings))
        wanted = with_meetings(plan, planned)
        planning.change(session, found, wanted, maker, opened_on=found.version, at=at)
    elif edit[0] == "name":
        wanted = zip(found.meetings, edit[1], strict=True)
        led = {one.id: frozenset(people[n].id for n in numbers) for one, numbers in wanted}
        planning.change_terms(session, found, Terms(led), maker, at=at)
    elif edit[0] == "move":
        number, days = edit[1]
        one = found.meetings[number]
        by_days = timedelta(days=days - 4)
        span = Timespan(one.starts_at + by_days, one.ends_at + by_days)
        bookings.reschedule(session, found.id, [Sitting(one.id, span, place="X")], by=by, at=at)
    elif edit[0] == "call_off":
        bookings.call_off(session, found.id, by=by, reason="Flood", at=at)
    elif edit[0] == "keep":
        bookings.keep(session, found.id, at=at)
    else:
        getattr(bookings, edit[0])(session, found.id, by=by, at=at)


def replace(meeting, people):
    return type(meeting)(meeting.span, meeting.room_id, meeting.place, meeting.link, people)


def with_meetings(plan, planned):
    values = {name: getattr(plan, name) for name in type(plan).__dataclass_fields__}
    return type(plan)(**values | {"meetings": tuple(planned)})


@LOOK
@given(edits=st.lists(EDIT, min_size=3, max_size=12))
def test_time_is_held_for_exactly_the_meetings_somebody_leads(session, cast, theo, edits):
    """Another session of Theo's stands in the way of the second meeting."""
    outer = session.begin_nested()
    third = make_person(session, f"Third{len(session.new)}", roles=["trainer"])
    people = [cast.tina, theo, third]
    other = make_gathering(session, starts_at=START + WEEK, state=GatheringState.DRAFT)
    make_trainer(session, meetings(session, other)[0], theo)
    bookings.announce(session, other.id, by=cast.olga.id, at=NOW)
    gathering = make_gathering(session, meetings=3, state=GatheringState.DRAFT)
    at = NOW
    for edit in edits:
        if edit[0] == "week":
            at += WEEK
            continue
        if edit[0] == "leave":
            third.left_on = at.date()
            session.flush()
            free_of_leavers(session, gathering.id, at=at)
        else:
            step = session.begin_nested()
            try:
                apply(session, gathering, cast, people, edit, at)
                step.commit()
            except Refusal:
                step.rollback()
        state = session.scalar(select(Gathering.state).where(Gathering.id == gathering.id))
        is_held = state not in {GatheringState.DRAFT, GatheringState.CALLED_OFF}
        expected = named(session, gathering) if is_held else []
        assert held(session, gathering) == expected
        assert held_at_all(session) == len(expected) + 1
    outer.rollback()


# -- the database itself --------------------------------------------------------------------------


def double(session, cast, gathering, theo):
    """Theo leads two sessions at the same time, past every check of the program."""
    other = make_gathering(session, meetings=3)
    for each in (gathering, other):
        found = queries.find(session, each.id)
        hand_over(session, found, {found.meetings[1].id: frozenset({theo.id})}, at=NOW)


def test_the_database_lets_nobody_lead_two_meetings_at_once(session, cast, gathering, theo):
    with pytest.raises(IntegrityError, match="ex_commitment_one_place"):
        double(session, cast, gathering, theo)


def test_without_its_guard_somebody_leads_two_meetings_at_once(session, cast, gathering, theo):
    guards.drop(session.connection(), "ex_commitment_one_place")

    double(session, cast, gathering, theo)

    theirs = Commitment.person_id == theo.id
    assert len(session.scalars(select(Commitment).where(theirs, Commitment.active)).all()) == 2
    session.rollback()
