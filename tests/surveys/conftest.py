"""Visitors of the survey pages."""

import pytest

from app.domain.roles import Role
from tests.conftest import CommittingClient
from tests.factories import make_person, sign_in
from tests.people.door import good_token


class Visitor:
    """A signed-in browser: `get` gives the answer, `post` sends a form with its token."""

    def __init__(self, client):
        self.client = client
        self._token = None

    def get(self, path):
        return self.client.get(path)

    def post(self, path, fields):
        if self._token is None:
            self._token = good_token(self.client)
        return self.client.post(path, data={"csrf_token": self._token, **fields})


@pytest.fixture
def visit(app, session, clock):
    """Sign a person in; gives a browser that sends forms with its token."""

    def of(person):
        client = CommittingClient(app, app.response_class, use_cookies=True)
        client.session = session
        return Visitor(sign_in(client, session, person, at=clock.now()))

    return of


@pytest.fixture
def as_hr(visit, session):
    return visit(make_person(session, "Olga", roles=[Role.HR]))
