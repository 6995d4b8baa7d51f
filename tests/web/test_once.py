"""The key of a form: used up by what was carried out, and by nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.audit.models import RequestKey
from app.people.models import Account
from tests.company import make_company
from tests.engines import on_one_engine
from tests.factories import NOW, sign_in
from tests.people.door import csrf_token

KEY = "k" * 24


@pytest.fixture
def company(session, clock):
    return make_company(session)


@pytest.fixture
def send(client):
    def post(path, *, key=KEY, headers=None, **fields):
        token = csrf_token(client, "/account")
        sent = {"csrf_token": token, "request_key": key, **fields}
        return client.post(path, data=sent, headers=headers)

    return post


def keys(session):
    return session.scalars(select(RequestKey.key)).all()


def test_carried_out_form_uses_its_key_up(client, session, company, send):
    sign_in(client, session, company.people["employee"])

    send("/preferences/locale", locale="de")

    assert keys(session) == [KEY]


def test_refused_form_leaves_its_key_free(client, session, company, send):
    olga = company.people["hr"]
    sign_in(client, session, olga)

    answer = send(f"/accounts/{olga.id}/close")

    assert answer.status_code == 409
    assert keys(session) == []
    assert session.get(Account, olga.id).active


def test_form_with_an_error_can_be_corrected_and_sent_again(client, session, company, send):
    ada, stay = company.people["employee"], company.own["stay_id"]
    sign_in(client, session, ada)

    unsaid = send(f"/stays/{stay}/consents/person", answer="perhaps")
    assert (unsaid.status_code, keys(session)) == (422, [])


def test_wrong_password_leaves_the_key_free(client, session, company, send):
    sign_in(client, session, company.people["employee"])

    answer = send("/account/password", present="wrong", password="a green boat on the lake")

    assert (answer.status_code, keys(session)) == (422, [])


def test_old_session_that_is_noted_uses_no_key_up(client, session, company, clock):
    sign_in(client, session, company.people["employee"])
    clock.move_by(timedelta(minutes=6))

    answer = client.post("/preferences/locale", data={"request_key": KEY, "csrf_token": "wrong"})

    assert (answer.status_code, keys(session)) == (400, [])


def test_same_page_gives_its_file_twice(client, session, company, send):
    sign_in(client, session, company.people["hr"])

    answers = [send("/people/export", format=form) for form in ("csv", "xlsx")]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_twin_of_a_form_still_at_work_is_led_to_a_page_that_is_there(
    client, session, company, send
):
    olga, ada = company.people["hr"], company.people["employee"]
    sign_in(client, session, olga)
    at_work = {"actor_id": olga.id, "key": KEY, "at": NOW, "location": None}
    session.execute(insert(RequestKey).values(at_work))

    answer = send(
        f"/people/{ada.id}/memberships/{company.own['membership_id']}/end", on="2027-01-01"
    )

    assert (answer.status_code, answer.location) == (302, f"/people/{ada.id}")


@on_one_engine
@pytest.mark.parametrize(
    ("referrer", "status"),
    [
        ("http://localhost/accounts", 302),
        ("http://localhost/accounts/1/close", 409),  # takes forms only
        ("http://evil.example/accounts", 409),
        ("http://localhost.evil.example/accounts", 409),
    ],
)
def test_refusal_leads_back_to_a_page_of_this_site_only(
    referrer, status, client, session, company, send
):
    olga = company.people["hr"]
    sign_in(client, session, olga)

    answer = send(f"/accounts/{olga.id}/close", headers={"Referer": referrer})

    assert answer.status_code == status
    assert answer.location in {None, referrer}
