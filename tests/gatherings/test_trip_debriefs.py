"""After a joint day both look back; what follows is kept, and the customer forgotten."""

from datetime import timedelta

from sqlalchemy import select

from app.domain.seats import BookingState
from app.gatherings.models import Booking, Trip, TripDebrief, TripPromise
from app.insights.models import Insight
from app.outbox.models import Notice
from tests.factories import NOW
from tests.gatherings.joint_days import DEBRIEF, SECRET, dump


def test_the_job_asks_both_to_look_back_once_and_reminds_them_once(
    session, cast, past, clock, worker
):
    worker()
    worker()
    clock.move_to(NOW + timedelta(hours=30))
    worker()
    worker()

    asked = session.execute(select(Notice.person_id, Notice.title).order_by(Notice.id)).all()
    look = "What did you see? Please look back: %(what)s"
    late = "Your debrief is missing: %(what)s"
    both = sorted([cast.ada.id, cast.bo.id])
    assert sorted(tuple(row) for row in asked) == sorted(
        [(person, text) for person in both for text in (look, late)]
    )


def test_the_job_forgets_the_customer_after_seven_days(session, past, clock, worker):
    clock.move_to(NOW + timedelta(days=6))
    worker()
    session.expire_all()
    before = session.get_one(Trip, past.id).customer
    clock.move_to(NOW + timedelta(days=7))
    worker()

    session.expire_all()
    assert (before, session.get_one(Trip, past.id).customer) == (SECRET, None)


def test_the_name_is_off_every_page_after_the_first_debrief_and_gone_after_the_last(
    session, cast, past, signed_in
):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    shown = [SECRET in visitor.page(f"/trips/{past.id}") for visitor in (bo, ada)]
    own = {**DEBRIEF, "owner_1": str(cast.bo.id)}
    ada.post(f"/trips/{past.id}/debrief", **own)
    hidden = [SECRET in visitor.page(f"/trips/{past.id}") for visitor in (bo, ada)]
    session.expire_all()
    kept = session.get_one(Trip, past.id).customer

    named = {**own, "observation_2": f"{SECRET.upper()} wants photos"}
    refused = bo.post(f"/trips/{past.id}/debrief", **named)
    written = bo.post(f"/trips/{past.id}/debrief", **own)

    session.expire_all()
    trip = session.get_one(Trip, past.id)
    assert (shown, hidden, kept) == ([True, True], [False, False], SECRET)
    assert (refused.status_code, "leave the customer&#39;s name out" in refused.text) == (422, True)
    assert f"{SECRET.upper()} wants photos" in refused.text  # nothing typed is lost
    assert (written.status_code, trip.customer, trip.customer_deleted_at) == (303, None, NOW)
    assert SECRET.casefold() not in dump(session).casefold()


def test_who_writes_after_a_week_is_told_that_nobody_can_check(
    session, cast, past, clock, worker, signed_in
):
    signed_in(cast.ada).post(f"/trips/{past.id}/debrief", observation_1="Much")
    clock.move_to(NOW + timedelta(days=7))
    worker()

    page = signed_in(cast.bo).page(f"/trips/{past.id}/debrief")

    session.expire_all()
    assert session.get_one(Trip, past.id).customer is None
    assert "nobody can check any more whether your words hold it" in page


def test_a_guest_who_did_not_come_after_all_keeps_no_name(session, cast, past, signed_in, worker):
    signed_in(cast.bo).post(f"/trips/{past.id}/debrief", observation_1="Much")
    booking = session.scalars(select(Booking)).one()
    booking.state = BookingState.NO_SHOW
    worker()

    session.expire_all()
    assert session.get_one(Trip, past.id).customer is None


def for_sales(session):
    """The insight that is for Sales."""
    return session.scalars(select(Insight).where(Insight.text == DEBRIEF["for_sales"])).one()


def test_a_debrief_hands_each_text_to_the_lead_of_its_side_and_marks_the_guest(
    session, cast, past, signed_in
):
    ada = signed_in(cast.ada)

    ada.post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))
    again = ada.post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))

    insights = session.scalars(select(Insight).order_by(Insight.id)).all()
    assert [(row.text, row.owner_id, row.team_id) for row in insights] == [
        ("Give us photos of shelves", cast.lea.id, cast.rhine.id),
        ("Announce promotions earlier", cast.eve.id, cast.elbe.id),
    ]
    promises = session.scalars(select(TripPromise)).all()
    assert [(row.text, row.owner_id) for row in promises] == [("Send the price list", cast.bo.id)]
    assert session.scalars(select(Booking.state)).all() == [BookingState.ATTENDED]
    assert again.status_code == 409
    assert len(session.scalars(select(TripDebrief)).all()) == 1


def test_the_hosts_words_go_to_the_lead_of_the_guest_and_to_the_own_lead(
    session, cast, past, signed_in
):
    signed_in(cast.bo).post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))

    insights = session.scalars(select(Insight).order_by(Insight.id)).all()
    assert [(row.text, row.owner_id) for row in insights] == [
        ("Give us photos of shelves", cast.lea.id),
        ("Announce promotions earlier", cast.eve.id),
    ]


def test_nobody_else_looks_back(session, cast, past, signed_in):
    for person in (cast.ann, cast.lea, cast.olga, cast.cy):
        visitor = signed_in(person)
        assert visitor.get(f"/trips/{past.id}/debrief").status_code == 404
        answer = visitor.post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))
        assert answer.status_code == 404
    assert session.scalars(select(TripDebrief)).all() == []


def test_who_promised_says_that_it_is_kept(session, cast, past, signed_in):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    ada.post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))
    promise = session.scalars(select(TripPromise)).one()

    stranger = ada.post(f"/trips/promises/{promise.id}/kept", version="1")
    bo.post(f"/trips/promises/{promise.id}/kept", version="1")

    session.refresh(promise)
    assert (stranger.status_code, promise.kept_at) == (404, NOW)


def test_the_owner_answers_an_insight_and_who_wrote_it_is_told(session, cast, past, signed_in):
    ada, eve = signed_in(cast.ada), signed_in(cast.eve)
    ada.post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))
    insight = for_sales(session)
    path = f"/insights/{insight.id}"

    empty = eve.post(f"{path}/fate", version="1", fate="used", note="")
    eve.post(f"{path}/fate", version="1", fate="used", note="In the plan of January")
    stale = eve.post(f"{path}/fate", version="1", fate="declined", note="No")

    session.refresh(insight)
    assert (empty.status_code, stale.status_code) == (422, 409)
    assert (insight.fate.value, insight.fate_note) == ("used", "In the plan of January")
    assert "In the plan of January" in ada.page(path)
    told = session.scalars(select(Notice.title).where(Notice.person_id == cast.ada.id)).all()
    assert told == ["An answer to what you would change"]


def test_the_day_shows_its_insights_and_leads_only_those_there_who_may_open_them(
    session, cast, past, signed_in
):
    ada, bo = signed_in(cast.ada), signed_in(cast.bo)
    ada.post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))
    insight = for_sales(session)

    guest, host, other = (who.page(f"/trips/{past.id}") for who in (ada, bo, signed_in(cast.ann)))

    shown = [insight.text in page for page in (guest, host, other)]
    led = [f'href="/insights/{insight.id}"' in page for page in (guest, host, other)]
    assert (shown, led) == ([True, True, False], [True, False, False])
    assert (insight.source_title, insight.from_team_id) == (past.title, cast.rhine.id)
    assert SECRET not in guest + host


def test_insights_are_read_by_writer_owner_and_hr_and_handed_over_within_the_team(
    session, cast, past, signed_in
):
    ada, eve = signed_in(cast.ada), signed_in(cast.eve)
    ada.post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))
    insight = for_sales(session)
    path = f"/insights/{insight.id}"

    seen = {
        name: signed_in(getattr(cast, name)).get(path).status_code
        for name in ("ada", "eve", "olga", "ann", "cy")
    }
    wrong = eve.post(f"{path}/owner", version="1", owner=str(cast.ada.id))
    eve.post(f"{path}/owner", version="1", owner=str(cast.bo.id))

    session.refresh(insight)
    assert seen == {"ada": 200, "eve": 200, "olga": 200, "ann": 404, "cy": 404}
    assert (wrong.status_code in {302, 303, 422}, insight.owner_id) == (True, cast.bo.id)
    assert "Announce promotions earlier" in signed_in(cast.olga).page("/insights/")
    assert "Announce promotions earlier" not in signed_in(cast.ann).page("/insights/")
