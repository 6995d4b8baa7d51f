"""Signing in: who gets in, who does not, and what an onlooker can learn from it."""

import re

from sqlalchemy import select

from app.people.models import Login
from tests.factories import make_person

PASSWORD = "a red bicycle by the river"


def token_in(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def enter(client, email, password=PASSWORD, **more):
    token = token_in(client.get("/sign-in"))
    return client.post(
        "/sign-in", data={"email": email, "password": password, "csrf_token": token, **more}
    )


def test_person_with_the_right_password_gets_in(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)

    answer = enter(client, ada.email.upper(), next="/sign-in?x=1")

    assert (answer.status_code, answer.location) == (303, "/sign-in?x=1")
    assert [login.person_id for login in session.scalars(select(Login))] == [ada.id]
