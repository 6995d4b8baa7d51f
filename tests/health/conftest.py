"""Two sides and a course, which actions are about."""

import pytest

from tests.gatherings.makers import make_course
from tests.health.makers import make_published
from tests.surveys.makers import make_sides


@pytest.fixture
def sides(session):
    made = make_sides(session)
    make_published(session, made, level=2)
    return made


@pytest.fixture
def course(session):
    return make_course(session, "Arguing well", minutes=900)
