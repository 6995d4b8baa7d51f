"""Pages on which leaders of meetings are named, and those on which they find their own."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.gatherings.models import MeetingTrainer
from app.gatherings.queries import session_page
from app.gatherings.queries.attendance import marks
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_person
from tests.gatherings.leading import WEEK, change, held, meetings, three_meetings
from tests.gatherings.makers import START, make_booking


@pytest.fixture
def hr(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def theo(session):
    return make_person(session, "Theo", roles=["trainer"])


@pytest.fixture
def gathering(session, cast):
    return three_meetings(session, cast)


def send(hr, gathering, **fields):
    return hr.post(
        f"/courses/sessions/{gathering.id}/terms",
        version=str(gathering.version),
        minimum="0",
        decide_on="",
        closes_on="2026-12-18",
        **fields,
    )


def ticked(page):
    """(field, value) of every ticked box."""
    boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", page)
    found = []
    for box in boxes:
        if " checked" in box:
            name = re.search(r'name="(\w+)"', box).group(1)
            found.append((name, int(re.search(r'value="(\d+)"', box).group(1))))
    return sorted(found)


def test_trainers_are_named_once_until_somebody_asks_for_each_meeting(
    session, cast, hr, gathering, theo
):
    both = [str(cast.tina.id), str(theo.id)]

    plain = hr.page(f"/courses/sessions/{gathering.id}/terms")
    split = send(hr, gathering, do="split", trainers=both, led="whole")
    joined = send(hr, gathering, do="join", led="each", trainers_0=both[:1], trainers_2=both[1:])

    assert ticked(plain) == [("trainers", cast.tina.id)]
    people = (cast.tina.id, theo.id)
    assert ticked(split.text) == [
        (f"trainers_{n}", key) for n in range(3) for key in sorted(people)
    ]
    assert ticked(joined.text) == [("trainers", key) for key in sorted(people)]
    assert set(session.scalars(select(MeetingTrainer.person_id))) == {cast.tina.id}


def test_each_meeting_keeps_its_own_trainers_and_a_clash_stands_beside_it(
    session, cast, hr, gathering, theo
):
    tina, other = str(cast.tina.id), str(theo.id)
    make_commitment(session, theo, START + 2 * WEEK, title="Fair", hard=True)

    refused = send(hr, gathering, led="each", trainers_0=[tina], trainers_2=[other])
    kept = send(hr, gathering, led="each", trainers_0=[tina, other], trainers_1=[other])

    said = unescape(refused.text).split('id="trainers_2-error"')[1].split("</p>")[0]
    assert (refused.status_code, kept.status_code) == (422, 303)
    assert "Theo Test is elsewhere on Jan 4, 2027" in said
    assert held(session, gathering) == sorted([(1, cast.tina.id), (1, theo.id), (2, theo.id)])
    page = hr.page(f"/courses/sessions/{gathering.id}/terms")
    assert ticked(page) == sorted(
        [("trainers_0", cast.tina.id), ("trainers_0", theo.id), ("trainers_1", theo.id)]
    )


def test_both_ways_of_naming_are_compared_meeting_by_meeting(session, cast, hr, gathering, theo):
    stale = gathering.version
    change(session, gathering, cast, [cast.tina], [theo], [cast.tina])

    answer = hr.post(
        f"/courses/sessions/{gathering.id}/terms",
        version=str(stale),
        led="whole",
        trainers=[str(cast.tina.id)],
        minimum="0",
        decide_on="",
        closes_on="2026-12-20",
    )

    rows = re.findall(r'<th scope="row">([^<]+)</th>', answer.text)
    assert (answer.status_code, rows) == (409, ["Trainers of meeting 2"])
    assert ticked(answer.text) == [(f"trainers_{n}", cast.tina.id) for n in range(3)]


def test_after_the_start_only_coming_meetings_are_asked_for(
    session, cast, signed_in, gathering, theo, clock
):
    clock.move_to(START + timedelta(days=1))
    hr = signed_in(cast.olga)

    page = hr.page(f"/courses/sessions/{gathering.id}/terms")
    answer = hr.post(
        f"/courses/sessions/{gathering.id}/terms",
        version=str(gathering.version),
        led="each",
        trainers_0=[str(theo.id)],
        trainers_1=[str(theo.id)],
        trainers_2=[str(cast.tina.id)],
    )

    assert ('name="minimum"' in page, 'name="closes_on"' in page) == (False, False)
    assert answer.status_code == 303
    assert held(session, gathering) == sorted([(1, cast.tina.id), (2, theo.id), (3, cast.tina.id)])


def test_a_trainer_marks_the_own_meetings_and_reads_the_others(
    session, cast, signed_in, gathering, theo, clock
):
    change(session, gathering, cast, [cast.tina], [theo], [cast.tina])
    booking = make_booking(session, gathering, cast.ada)
    first, second, _third = meetings(session, gathering)
    clock.move_to(START + 2 * WEEK)
    visitor = signed_in(theo)
    path = f"/sessions/{gathering.id}/attendance"

    visitor.post(path, **{f"mark-{booking.id}-{one.id}": "present" for one in (first, second)})
    code = visitor.post(f"/sessions/{gathering.id}/meetings/{second.id}/code")
    foreign = visitor.post(f"/sessions/{gathering.id}/meetings/{first.id}/code")

    page = visitor.page(path)
    assert list(marks(session, gathering.id)) == [(booking.id, second.id)]
    assert (code.status_code, foreign.status_code) == (302, 404)
    assert re.findall(r'<select[^>]*name="mark-\d+-(\d+)"', page) == [str(second.id)]
    assert page.count("Led by Tina Test") == 2


def test_the_page_of_those_who_lead_shows_their_own_meetings(
    session, cast, signed_in, gathering, theo
):
    change(session, gathering, cast, [cast.tina], [theo, cast.tina], [theo])

    theirs = re.sub(r"\s+", " ", signed_in(theo).page("/sessions/led"))
    tinas = re.sub(r"\s+", " ", signed_in(cast.tina).page("/sessions/led"))

    assert "you lead meetings 2 and 3 of 3" in theirs
    assert "you lead meetings 1 and 2 of 3" in tinas


def test_what_is_led_next_begins_with_the_own_meeting(session, cast, gathering, theo):
    change(session, gathering, cast, [cast.tina], [cast.tina], [theo])
    until = START + timedelta(days=3)

    tinas = session_page.leading_soon(session, cast.tina.id, at=NOW, before=until)
    theirs = session_page.leading_soon(session, theo.id, at=NOW, before=until)
    later = session_page.leading_soon(session, theo.id, at=NOW, before=until + 2 * WEEK)
    after = session_page.leading_soon(
        session, cast.tina.id, at=START + WEEK * 2, before=START + 5 * WEEK
    )

    assert [one.next_one(NOW).number for one in tinas] == [1]
    assert theirs == []
    assert [one.next_one(NOW).number for one in later] == [3]
    assert after == []
