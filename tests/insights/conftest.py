"""The cast of stays and joint days, and visitors signed in as one of them."""

import pytest

from tests.factories import StayCompany, make_person, make_stay
from tests.gatherings.conftest import signed_in as signed_in  # noqa: PLC0414 - a fixture
from tests.gatherings.makers import make_gathering
from tests.insights.makers import make_day_insight, make_stay_insight


@pytest.fixture
def company(session, clock):
    """Stays from Rhine to Elbe; Bo hosts a joint day, Eli of Elbe answers for nothing."""
    made = StayCompany(session)
    made.eli = make_person(session, "Eli", team=made.host)
    return made


@pytest.fixture
def of_stay(session, company):
    """Make an insight of Ada's stay with Elbe (or of another person's), answered by Bo."""

    def make(text="One list of leads", *, person=None, owner=None, **fields):
        stay = make_stay(session, person or company.ada, company.short, company.home)
        return make_stay_insight(session, stay, owner=owner or company.bo, text=text, **fields)

    return make


@pytest.fixture
def of_day(session, company):
    """Make an insight that Ada brought home from a joint day with Bo, answered by Ben of Elbe."""

    def make(text="Brief us", *, owner=None, **fields):
        day = make_gathering(session, host=company.bo)
        teams = (company.home.id, company.host.id)
        owner = owner or company.ben
        return make_day_insight(
            session, day, company.ada, owner=owner, teams=teams, text=text, **fields
        )

    return make
