"""The remedy catalogue: a new house begins with one, and it is there once."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.health.jobs.publishing import look_after
from app.health.models import Remedy, RemedyKind
from app.health.services import remedies
from tests.factories import make_person, sign_in


def per_dimension(session):
    rows = session.execute(select(Remedy.dimension, func.count()).group_by(Remedy.dimension))
    return [number for _dimension, number in rows]


@pytest.mark.usefixtures("clock")
def test_a_new_house_begins_with_two_remedies_per_dimension(app, session, client):
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    before = client.get("/remedies/").text

    with app.app_context():
        look_after()
        look_after()
    page = client.get("/remedies/").text

    assert before.count("No remedy yet.") == 8
    assert "No remedy yet." not in page
    assert "One shared goal for the quarter" in page
    assert per_dimension(session) == [2] * 8


@pytest.mark.usefixtures("app")
def test_what_hr_wrote_before_stays_beside_the_first_catalogue(session):
    own = Remedy(dimension="respect", kind=RemedyKind.OTHER, title_de="Kaffee", title_en="Coffee",
                 text_de="Kaffee", text_en="Coffee")  # fmt: skip
    session.add(own)
    session.flush()

    remedies.begin(session)

    assert sorted(per_dimension(session)) == [*([2] * 7), 3]


@pytest.mark.usefixtures("app")
def test_two_who_begin_at_once_write_each_remedy_once(session, monkeypatch):
    monkeypatch.setattr("app.health.services.remedies.queries.is_begun", lambda _session: False)

    remedies.begin(session)
    remedies.begin(session)

    assert per_dimension(session) == [2] * 8


@pytest.mark.usefixtures("app")
def test_the_database_holds_each_first_remedy_once(session):
    remedies.begin(session)
    twin = Remedy(first=1, dimension="respect", kind=RemedyKind.OTHER, title_de="", title_en="",
                  text_de="", text_en="")  # fmt: skip
    session.add(twin)

    with pytest.raises(IntegrityError):
        session.flush()
