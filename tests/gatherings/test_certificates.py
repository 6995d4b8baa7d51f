"""Certificates are written, checked by anybody, withdrawn with a corrected list, and renewed."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.domain.attendance import Presence
from app.domain.seats import BookingState
from app.gatherings.jobs.certificates import write_due
from app.gatherings.models import Certificate, Course, Meeting
from app.gatherings.queries.catalogue import own_certificates
from app.gatherings.services.attendance import Mark, keep_list
from app.gatherings.services.certificates import remind, store, withdraw
from app.outbox.models import Notice
from tests.factories import NOW, make_person, sign_in
from tests.gatherings.makers import make_booking, make_certificate, make_course, make_gathering

DICE = Random(1)  # noqa: S311 - the same luck every time
SOON = date(2027, 1, 15)
OUT = "Your certificate runs out: %(what)s"


@pytest.fixture
def over(session):
    """Give a session that ended an hour ago; its certificates are valid for two years."""
    course = make_course(session, validity_months=24)
    return make_gathering(session, course=course, starts_at=NOW - timedelta(hours=3))


@pytest.fixture
def ada(session):
    return make_person(session, "Ada")


@pytest.fixture
def attended(session, over, ada):
    """The booking of Ada, who was there and holds a certificate."""
    booking = make_booking(session, over, ada)
    mark(session, over, booking, Presence.PRESENT)
    return booking


def mark(session, gathering, booking, presence, *, at=NOW):
    key = session.scalars(select(Meeting.id).where(Meeting.gathering_id == gathering.id)).one()
    marks = [Mark(booking.id, key, presence)]
    keep_list(session, gathering.id, marks, by=None, at=at, random=DICE)


def certificates(session):
    return session.scalars(select(Certificate).order_by(Certificate.id)).all()


def check(client, code):
    return client.get(f"/certificates/check?code={code}").text


def reminded(session):
    return session.scalars(select(Notice.person_id).where(Notice.title == OUT)).all()


def test_the_worker_writes_a_real_pdf_and_reminds_once(app, session, attended, clock):
    session.commit()

    with app.app_context():
        write_due()
    session.expire_all()
    certificate = session.scalars(select(Certificate)).one()
    assert certificate.pdf.startswith(b"%PDF-")
    assert len(certificate.pdf) > 5000
    session.rollback()

    clock.move_by(timedelta(days=700))
    with app.app_context():
        write_due()
        write_due()

    assert reminded(session) == [attended.person_id]


def test_anybody_checks_a_certificate_by_its_code(session, attended, client, clock):
    code = session.scalars(select(Certificate.code)).one()

    right = check(client, f"{code[:8].lower()}-{code[8:]}")
    wrong = check(client, "A" * 16)

    assert "This certificate is genuine." in right
    assert "Ada Test" in right
    assert "No certificate has this code." in wrong
    assert "Test" not in wrong.replace("Tandem", "")


def test_a_certificate_that_ran_out_is_genuine_and_said_to_have_run_out(
    session, attended, client, clock
):
    certificate = session.scalars(select(Certificate)).one()
    last = certificate.valid_until
    clock.move_by(last - NOW.date())
    on_the_last_day = check(client, certificate.code)
    clock.move_by(timedelta(days=1))

    page = check(client, certificate.code)

    assert "This certificate is genuine." in on_the_last_day
    assert "This certificate is genuine." not in page
    assert "This certificate is genuine, but ran out on" in page


def test_a_withdrawn_certificate_is_said_to_be_withdrawn_wherever_it_is_looked_at(
    session, over, attended, ada, client, clock
):
    code = session.scalars(select(Certificate.code)).one()
    mark(session, over, attended, Presence.ABSENT, at=NOW)

    page = check(client, code)

    row = certificates(session)[0]
    sign_in(client, session, ada)
    mine = client.get("/certificates/").text
    assert "This certificate was withdrawn on" in page
    assert ["is genuine" in page, "No certificate has this code." in page] == [False, False]
    assert "withdrawn on" in mine
    assert client.get(f"/certificates/{row.id}.pdf").status_code == 404
    assert own_certificates(session, ada.id) == {}
    told = session.scalars(select(Notice.title).where(Notice.person_id == ada.id)).all()
    assert told[-1] == "Your certificate was withdrawn: %(what)s"


def test_who_attended_after_all_gets_another_certificate_and_the_old_one_stays_withdrawn(
    session, over, attended, client, clock
):
    mark(session, over, attended, Presence.ABSENT)
    mark(session, over, attended, Presence.LATE)

    old, new = certificates(session)
    assert attended.state is BookingState.ATTENDED
    assert (old.withdrawn_at, new.withdrawn_at, old.code == new.code) == (NOW, None, False)
    assert "was withdrawn on" in check(client, old.code)
    assert "This certificate is genuine." in check(client, new.code)


def test_a_booking_has_one_certificate_in_force(session, over, attended):
    course = session.get_one(Course, over.course_id)

    with pytest.raises(IntegrityError):
        make_certificate(session, attended, course)


def test_without_the_index_a_booking_could_have_two(session, over, attended):
    course = session.get_one(Course, over.course_id)
    session.execute(text("DROP INDEX uq_certificate_in_force"))

    make_certificate(session, attended, course)

    assert len(certificates(session)) == 2
    session.rollback()


def test_the_worker_writes_no_file_of_what_was_withdrawn(app, session, attended, clock):
    row = certificates(session)[0]
    withdraw(session, row, at=NOW)

    store(session, row.id, b"%PDF-late")
    session.commit()
    with app.app_context():
        write_due()

    session.expire_all()
    assert certificates(session)[0].pdf is None


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (None, True),  # nothing newer
        ({"valid_until": SOON + timedelta(days=700)}, False),
        ({"valid_until": None}, False),  # for ever
        ({"valid_until": SOON + timedelta(days=700), "withdrawn_at": NOW}, True),
        ({"valid_until": SOON - timedelta(days=700)}, True),  # an older one
    ],
)
def test_only_who_has_not_renewed_is_reminded(session, ada, second, expected):
    course = make_course(session, validity_months=24)
    first = make_booking(session, make_gathering(session, course=course), ada)
    make_certificate(session, first, course, valid_until=SOON)
    if second is not None:
        again = make_booking(session, make_gathering(session, course=course), ada)
        make_certificate(session, again, course, **second, reminded_at=NOW)

    number = remind(session, until=SOON, at=NOW)

    assert (number, reminded(session)) == ((1, [ada.id]) if expected else (0, []))


def test_a_newer_certificate_of_another_course_or_person_renews_nothing(session, ada):
    course, other = make_course(session, validity_months=24), make_course(session)
    later = SOON + timedelta(days=700)
    for person, of, until in (
        (ada, course, SOON),
        (ada, other, later),
        (make_person(session, "Bo"), course, later),
    ):
        booking = make_booking(session, make_gathering(session, course=of), person)
        make_certificate(session, booking, of, valid_until=until)

    assert (remind(session, until=SOON, at=NOW), reminded(session)) == (1, [ada.id])
