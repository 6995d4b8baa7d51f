"""The cast of a round, and visitors signed in as one of them."""

from types import SimpleNamespace

import pytest

from app.people.models import Side
from tests.conftest import CommittingClient
from tests.factories import (
    make_department,
    make_lead,
    make_people,
    make_person,
    make_placement,
    make_round,
    make_team,
    sign_in,
)
from tests.people.door import good_token


class Visitor:
    """A signed-in browser: `get` gives the answer, `post` sends a form with its token."""

    def __init__(self, client):
        self.client = client
        self._token = None

    def get(self, path):
        return self.client.get(path)

    def post(self, path, **fields):
        if self._token is None:
            self._token = good_token(self.client)
        return self.client.post(path, data={"csrf_token": self._token, **fields})


@pytest.fixture
def signed_in(app, session, clock):
    """Give a browser signed in as a person: `signed_in(ada)`."""

    def of(person):
        client = CommittingClient(app, app.response_class, use_cookies=True)
        client.session = session
        return Visitor(sign_in(client, session, person, at=clock.now()))

    return of


@pytest.fixture
def cast(session):
    """Ada of team Rhine, led by Lea and Dan; Bo leads Elbe, which hosts; Olga is HR, Cy nobody."""
    sales = make_department(session, "Sales", Side.SALES)
    rhine = make_team(session, "Rhine", minimum_present=1)
    elbe = make_team(session, "Elbe", department=sales)
    ada, lea, dan = make_people(session, ["Ada", "Lea", "Dan"], team=rhine)
    bo = make_person(session, "Bo", team=elbe)
    cy = make_person(session, "Cy")
    olga = make_person(session, "Olga", roles=["hr"])
    wim = make_person(session, "Wim", roles=["works_council"])
    make_lead(session, lea, rhine)
    make_lead(session, dan, rhine, kind="deputy")
    make_lead(session, bo, elbe)
    spring = make_round(session)
    desk = make_placement(session, spring, elbe)
    return SimpleNamespace(
        rhine=rhine,
        elbe=elbe,
        ada=ada,
        lea=lea,
        dan=dan,
        bo=bo,
        cy=cy,
        olga=olga,
        wim=wim,
        round=spring,
        desk=desk,
    )
