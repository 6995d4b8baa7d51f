"""Three taps after a stay: asked of those who were there, from the right side, of nobody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.stays import StayState
from app.rotations.jobs.stays import keep_stays
from app.rotations.models import Stay
from app.rotations.queries.stays import find
from app.rotations.services.stays.ending import EarlyEnd, end_early
from app.voices.models import PulseMark, PulseSheet
from tests.factories import StayCompany, make_stay, sign_in
from tests.people.door import csrf_token

LAST = datetime(2027, 4, 26, 9, tzinfo=UTC)  # the stay was over this morning


@pytest.fixture
def company(session, clock):
    return StayCompany(session)


@pytest.fixture
def over(app, session, company, clock):
    """Ada's stay with Elbe, which the worker has brought to its end."""
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    session.commit()
    for day in (datetime(2027, 3, 1, 9, tzinfo=UTC), LAST):
        clock.move_to(day)
        with app.app_context():
            keep_stays()
    session.expire_all()
    assert session.get(Stay, stay.id).state is StayState.ENDED
    return stay


def statuses(client, session, people, path):
    return {
        name: sign_in(client, session, one, at=LAST).get(path).status_code for name, one in people
    }


def test_person_buddy_and_host_lead_are_asked_and_nobody_else(client, session, company, over):
    names = ("ada", "ben", "bo", "rita", "cy", "olga", "kim")
    people = [(name, getattr(company, name)) for name in names]

    found = statuses(client, session, people, f"/pulse/stays/{over.id}")

    assert found == {
        "ada": 200,
        "ben": 200,
        "bo": 200,
        "rita": 404,
        "cy": 404,
        "olga": 404,
        "kim": 404,
    }


def test_each_side_answers_about_the_other(client, session, company, over):
    page = f"/pulse/stays/{over.id}"
    for person, footing in [(company.ada, "3"), (company.ben, "1")]:
        sign_in(client, session, person, at=LAST)
        sent = {"csrf_token": csrf_token(client, page), "equal_footing": footing}
        assert client.post(page, data=sent).status_code == 303
        assert client.post(page, data=sent).status_code == 303  # a second time counts nothing

    sheets = session.execute(
        select(PulseSheet.from_team_id, PulseSheet.about_team_id, PulseSheet.equal_footing)
    ).all()
    home, host = company.home.id, company.host.id
    assert sorted(sheets) == sorted([(home, host, 3), (host, home, 1)])
    assert set(session.scalars(select(PulseMark.contact))) == {f"stay:{over.id}"}


def test_stay_page_and_today_lead_to_the_taps_until_they_are_given(client, session, company, over):
    page = f"/pulse/stays/{over.id}"
    sign_in(client, session, company.ben, at=LAST)
    pages = ("/today", f"/stays/{over.id}")
    assert [page in client.get(one).get_data(as_text=True) for one in pages] == [True, True]

    client.post(page, data={"csrf_token": csrf_token(client, page), "common_task": "2"})

    assert [page in client.get(one).get_data(as_text=True) for one in pages] == [False, False]
    assert "Thank you, this is done" in client.get(page).get_data(as_text=True)


def test_after_two_weeks_nobody_is_asked_any_more(client, session, company, over, clock):
    clock.move_to(LAST + timedelta(days=15))
    sign_in(client, session, company.ada, at=clock.now())

    assert client.get(f"/pulse/stays/{over.id}").status_code == 404


def test_a_running_stay_is_not_asked_about_and_one_that_ended_early_is(
    client, session, company, clock
):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    stay.state = StayState.RUNNING
    session.flush()
    clock.move_to(datetime(2027, 3, 10, 9, tzinfo=UTC))
    sign_in(client, session, company.ada, at=clock.now())
    running = client.get(f"/pulse/stays/{stay.id}").status_code

    wish = EarlyEnd(date(2027, 3, 10))
    end_early(session, find(session, stay.id), wish, by=company.ada.id, at=clock.now())
    session.commit()

    assert (running, client.get(f"/pulse/stays/{stay.id}").status_code) == (404, 200)
