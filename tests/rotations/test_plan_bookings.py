"""What people have booked while a round runs: HR sees it on the board and settles it (I3)."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.agenda.models import Commitment, CommitmentKind
from app.audit.models import AuditEntry, AuditKind
from app.domain.stays import StayState
from app.gatherings.models import Booking, Meeting
from app.outbox.models import Notice
from app.rotations.models import (
    Application,
    Outcome,
    Plan,
    Round,
    RoundState,
    Stay,
)
from app.rotations.services import publishing
from app.rotations.services.boards.scene import scene_of
from app.rotations.services.publishing import acting
from migrations import guards
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_application, make_endorsement, make_person, make_placement
from tests.gatherings.makers import make_gathering
from tests.rotations.clashes import HARD, MARCH_11, TODAY, clashing
from tests.rotations.planning import make_plan, make_scene


@pytest.fixture
def scene(session):
    return make_scene(session)


@pytest.fixture
def hr(scene, signed_in):
    """Lend HR's browser."""
    return signed_in(scene.olga)


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def book(session, client, gathering):
    """Book as the page does."""
    client.post(f"/sessions/{gathering.id}/book")
    return session.scalars(select(Booking).where(Booking.gathering_id == gathering.id)).one()


def publish(hr, plan, in_force=0):
    return hr.post(f"/plans/{plan.id}/publish/", version=plan.version, in_force=in_force)


# --- what HR sees


def test_board_names_the_booking_its_day_and_the_person(hr, session, scene):
    plan = clashing(session, scene)

    page = words(hr.get(f"/plans/{plan.id}/board/").text)

    sentence = "Ada Test has a training on Mar 11, 2027: “Conflict management”."
    assert f"Already booked. {sentence} It lies inside “Campaign desk”." in page
    assert "1 rule broken" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": CommitmentKind.TEACHING}, "Bo Test leads a training on Mar 11, 2027"),
        ({"kind": CommitmentKind.TRIP}, "Bo Test goes along as a guest on Mar 11, 2027"),
    ],
)
def test_board_says_what_kind_of_booking_it_is(hr, session, scene, fields, said):
    make_commitment(session, scene.bo, MARCH_11, **HARD, **fields)
    plan = make_plan(session, scene, [(scene.bo, scene.studio, 0)])

    assert said in words(hr.get(f"/plans/{plan.id}/board/").text)


def test_board_tells_a_host_from_a_guest(hr, session, scene):
    trip = make_gathering(session, host=scene.bo, starts_at=MARCH_11)
    meeting = session.scalars(select(Meeting.id).where(Meeting.gathering_id == trip.id)).one()
    make_commitment(
        session, scene.bo, MARCH_11, kind=CommitmentKind.TRIP, source_id=meeting, **HARD
    )
    plan = make_plan(session, scene, [(scene.bo, scene.studio, 0)])

    page = words(hr.get(f"/plans/{plan.id}/board/").text)

    assert "Bo Test offers a joint day on Mar 11, 2027" in page


def test_panel_offers_the_ways_out(hr, session, scene):
    make_commitment(session, scene.bo, MARCH_11, **HARD)
    plan = make_plan(session, scene, [(scene.bo, scene.studio, 0)])

    page = hr.get(f"/plans/{plan.id}/board/people/{scene.bo.id}").text

    panel = words(page)
    assert "One of the two has to give way" in panel
    assert "Ask Bo Test" in panel
    assert "Excuse from it" in panel
    starts = ("Mar 29", "Apr 26", "May 24", "Jun 21")
    assert " ".join(f"From {day}, 2027" for day in starts) in panel
    assert 'href="/sessions/1"' in page


def test_who_has_no_place_because_of_a_booking_reads_it_as_the_reason_and_the_way_out(
    hr, session, scene
):
    make_commitment(session, scene.ada, MARCH_11, **HARD)
    plan = make_plan(session, scene)

    panel = words(hr.get(f"/plans/{plan.id}/board/people/{scene.ada.id}").text)

    assert "The person has a training on Mar 11, 2027: “Conflict management”." in panel
    assert "Ada Test gives back the seat in “Conflict management” on Mar 11, 2027" in panel
    assert "Would fit" not in panel.partition("Wishes, and")[2].partition("What would")[0]


def test_hr_asks_once_and_the_person_reads_nothing_of_the_plan(hr, session, scene):
    plan = clashing(session, scene)
    booked = session.scalars(select(Commitment)).one()
    path = f"/plans/{plan.id}/people/{scene.ada.id}/bookings/{booked.id}/ask"

    first = hr.post(path, **{"from": "preview"})
    hr.post(path)

    notices = session.scalars(select(Notice)).all()
    assert [(n.person_id, n.path) for n in notices] == [(scene.ada.id, "/sessions/1")]
    told = f"{notices[0].title} {notices[0].text} {notices[0].params}"
    assert ("Campaign desk" in told, "Elbe" in told) == (False, False)
    assert first.location == f"/plans/{plan.id}/publish/"
    page = words(hr.get(f"/plans/{plan.id}/publish/").text)
    assert "asked on Nov 23, 2026" in page
    kinds = session.scalars(select(AuditEntry.kind)).all()
    assert kinds.count(AuditKind.PLAN_CHANGED) == 1


@pytest.fixture
def training(session):
    """Announce a training on 11 March with one seat."""
    return make_gathering(session, starts_at=MARCH_11, seats=1)


def test_hr_excuses_and_the_clash_is_gone(hr, session, scene, signed_in, training):
    booking = book(session, signed_in(scene.ada), training)
    held = session.scalars(select(Commitment)).one()
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)])

    hr.post(f"/plans/{plan.id}/people/{scene.ada.id}/bookings/{held.id}/excuse")

    assert (booking.state, held.active, training.taken) == ("called_off", False, 0)
    assert scene_of(session, plan, today=TODAY).breaches == []
    assert publish(hr, plan).status_code == 302
    assert session.scalars(select(Stay.state)).all() == [StayState.PROPOSED]


@pytest.mark.parametrize("act", ["ask", "excuse"])
def test_only_bookings_of_people_on_the_board_can_be_settled_and_only_by_hr(
    hr, session, scene, signed_in, act
):
    cy = make_person(session, "Cy")
    foreign = make_commitment(session, cy, MARCH_11, **HARD)
    plan = clashing(session, scene)
    own = session.scalars(select(Commitment.id).where(Commitment.person_id == scene.ada.id)).one()
    place = f"/plans/{plan.id}/people"

    answers = [
        hr.post(f"{place}/{cy.id}/bookings/{foreign.id}/{act}"),
        hr.post(f"{place}/{scene.ada.id}/bookings/{foreign.id}/{act}"),
        signed_in(scene.ada).post(f"{place}/{scene.ada.id}/bookings/{own}/{act}"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert session.scalars(select(Notice.id)).all() == []


def test_hr_does_not_excuse_themselves(session, scene, signed_in, training):
    olga = signed_in(scene.olga)
    application = make_application(session, scene.round, scene.olga, scene.rhine, [scene.field])
    make_endorsement(session, application, state="endorsed", decided_at=NOW)
    booking = book(session, olga, training)
    held = session.scalars(select(Commitment.id)).one()
    plan = make_plan(session, scene)

    answer = olga.post(f"/plans/{plan.id}/people/{scene.olga.id}/bookings/{held}/excuse")

    assert (answer.status_code, booking.state) == (404, "booked")


# --- publishing


def test_preview_names_every_clash_by_person_and_day_and_offers_no_publishing(hr, session, scene):
    plan = clashing(session, scene)
    make_commitment(session, scene.bo, MARCH_11 + timedelta(days=28), **HARD)

    page = hr.get(f"/plans/{plan.id}/publish/").text

    text = words(page)
    assert "2 stays lie over something that is booked" in text
    for name, day in (("Ada Test", "Mar 11, 2027"), ("Bo Test", "Apr 8, 2027")):
        _, _, rest = text.partition(f"{name} “")
        assert f"The person has a training on {day}: “Conflict management”." in rest
    assert "publish-act" not in page


def test_publishing_over_a_booking_says_who_and_what_and_stores_nothing(hr, session, scene):
    plan = clashing(session, scene)

    answer = publish(hr, plan)

    assert answer.status_code == 409
    page = words(answer.text)
    assert "Nothing was published" in page
    assert "Ada Test “Campaign desk” from Mar 1, 2027 on" in page
    assert "The person has a training on Mar 11, 2027: “Conflict management”." in page
    assert nothing_happened(session, scene)


def nothing_happened(session, scene):
    stays = session.scalars(select(Stay.id)).all()
    told = session.scalars(select(Notice.id)).all()
    answers = session.scalars(select(Outcome.application_id)).all()
    in_force = session.scalars(select(Plan.id).where(Plan.in_force)).all()
    state = session.scalar(select(Round.state).where(Round.id == scene.round.id))
    return (stays, told, answers, in_force, state) == ([], [], [], [], RoundState.PLANNING)


def test_a_booking_that_wins_the_race_ends_in_words_and_nothing_half_published(
    hr, app, session, scene, monkeypatch
):
    """Bo's stay comes second: by then Ada's is written, and must be gone afterwards."""
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0), (scene.bo, scene.studio, 0)])
    bo = SimpleNamespace(id=scene.bo.id)
    judged = acting._allowed

    def booked_right_after(own, plan, *, today):
        found = judged(own, plan, today=today)
        if own.get_bind().dialect.name == "postgresql":
            make_commitment(session, bo, MARCH_11, **HARD)
            session.commit()
        else:  # there is one writer on SQLite: only a fault of ours could come in between
            make_commitment(own, bo, MARCH_11, **HARD)
        return found

    monkeypatch.setattr(acting, "_allowed", booked_right_after)
    answer = publish(hr, plan)
    monkeypatch.undo()

    assert answer.status_code == 409
    page = words(answer.text)
    assert "Somebody's time was taken while you published" in page
    is_postgres = app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql")
    assert ("Bo Test “Studio” from Mar 1, 2027 on" in page.partition("To settle")[2]) is is_postgres
    assert nothing_happened(session, scene)


def test_without_the_guard_the_race_would_put_somebody_in_two_places(session, scene, monkeypatch):
    plan = make_plan(session, scene, [(scene.bo, scene.studio, 0)])
    plan.round = scene.round
    guards.drop(session.connection(), "ex_commitment_one_place")
    judged = acting._allowed

    def booked_right_after(own, plan, *, today):
        found = judged(own, plan, today=today)
        make_commitment(own, scene.bo, MARCH_11, **HARD)
        return found

    monkeypatch.setattr(acting, "_allowed", booked_right_after)
    seen = publishing.Seen(plan.version)
    publishing.publish(session, plan, seen=seen, at=NOW, today=TODAY, by=scene.olga.id)

    of_bo = select(Commitment).where(Commitment.person_id == scene.bo.id, Commitment.hard)
    stay, training = sorted(session.scalars(of_bo), key=lambda row: row.kind)[::-1]
    assert stay.starts_at < training.starts_at < training.ends_at < stay.ends_at
    session.rollback()


def test_a_training_booked_after_the_computation_shows_and_keeps_the_plan_from_being_published(
    hr, session, scene, signed_in, training
):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)])
    assert scene_of(session, plan, today=TODAY).breaches == []
    book(session, signed_in(scene.ada), training)

    answer = publish(hr, plan)

    assert (answer.status_code, "Mar 11, 2027" in words(answer.text)) == (409, True)
    assert session.scalars(select(Stay.id)).all() == []


def test_the_answer_to_an_application_names_the_day_and_not_the_training(hr, session, scene):
    """Leads of the home team read it too."""
    make_commitment(session, scene.ada, MARCH_11, **HARD)
    publish(hr, make_plan(session, scene, [(scene.bo, scene.studio, 1)]))

    ada = select(Outcome).join(Application).where(Application.person_id == scene.ada.id)
    reasons = session.scalars(ada).one().reasons

    assert reasons == [
        {"code": "booked", "placement": "Campaign desk", "day": "2027-03-11",
         "wish": "Campaign desk", "wish_rank": 1},
        {"code": "relax_booked", "placement": "Campaign desk", "day": "2027-03-11"},
    ]  # fmt: skip


@pytest.mark.parametrize("more", [1, 3])
@pytest.mark.parametrize("place", ["publish/", "board/people/{}"])
def test_pages_ask_the_database_the_same_number_of_times(
    hr, session, scene, more, place, count_statements
):
    places = [
        make_placement(session, scene.round, scene.elbe, f"Place {n}", seats=3) for n in range(more)
    ]
    people = [make_person(session, f"More{n}", team=scene.rhine) for n in range(more)]
    for person, wish in zip(people, places, strict=True):
        application = make_application(session, scene.round, person, scene.rhine, [wish])
        make_endorsement(session, application, state="endorsed", decided_at=NOW)
        for day in range(more):
            make_commitment(session, person, MARCH_11 + timedelta(days=day), **HARD)
    stays = [(person, wish, 0) for person, wish in zip(people, places, strict=True)]
    plan = make_plan(session, scene, stays)

    with count_statements() as statements:
        answer = hr.get(f"/plans/{plan.id}/{place.format(people[0].id)}")

    assert "Ask More0 Test" in words(answer.text)
    assert len(statements) == {"publish/": 39, "board/people/{}": 33}[place]


# --- what an applicant sees


def test_who_applies_reads_what_they_have_booked_in_the_time_of_the_round(
    session, scene, signed_in
):
    scene.round.state = RoundState.OPEN
    make_commitment(session, scene.ada, MARCH_11, **HARD)
    make_commitment(session, scene.ada, MARCH_11 + timedelta(days=1), title="Only offered")
    make_commitment(session, scene.ada, NOW, title="Before the round", hard=True)
    make_commitment(session, scene.rosa, MARCH_11, title="Of somebody else", hard=True)

    page = words(signed_in(scene.ada).get(f"/applications/round/{scene.round.id}").text)

    _, _, told = page.partition("You have already booked something in the time of this round")
    assert told.startswith(" Conflict management , Thu, Mar 11, 2027, 10:00–12:00 A full-time stay")
