"""Nobody works out what a newcomer said, however many waves later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.disclosure import MOST_NEWCOMERS, Turnout, band_only, stays_a_band
from app.domain.roles import Role
from app.health.services import publishing
from tests.factories import make_membership, make_person, sign_in
from tests.health.makers import QUARTER, make_published, steps
from tests.surveys.makers import MONDAY, make_sides

NEW_SAYS = 1  # the lowest step everywhere, where the others tick the fourth


@pytest.fixture
def sides(session):
    return make_sides(session, rhine=6)


def join(session, sides, *, wave):
    """Let somebody join Rhine shortly before a wave."""
    new = make_person(session, "New")
    make_membership(session, new, sides.teams["Rhine"], starts_on=MONDAY + QUARTER * (wave - 1))
    sides.members["Rhine"].append(new)
    return new


def say(new):
    return lambda person, _target: steps(NEW_SAYS if person is new else 4)


def live_through(session, sides, *, waves, silent_in=()):
    """Everybody answers each wave, one joins before the second; gives Rhine's figures of Elbe."""
    name = f"{sides.team('Rhine')}|{sides.team('Elbe')}"
    bodies = [make_published(session, sides, 1, level=4).body]
    new = join(session, sides, wave=2)
    for number in range(2, waves + 1):
        silent = sides.members["Rhine"][:1] if number in silent_in else ()
        made = make_published(session, sides, number, level_of=say(new), silent=silent)
        bodies.append(made.body)
    return [body["pairs"][name] for body in bodies]


def test_a_pair_stays_a_band_as_long_as_an_exact_wave_before_would_tell_the_newcomer(
    app, session, sides
):
    figures = live_through(session, sides, waves=5, silent_in=(4,))

    assert [found["band_only"] for found in figures] == [False, True, True, False, True]


def test_looking_at_the_last_wave_only_gives_the_newcomer_away(app, session, sides, monkeypatch):
    """The twin: the wave after the band is shown exactly, and simple arithmetic does the rest."""
    monkeypatch.setattr(
        publishing, "stays_a_band", lambda now, before: stays_a_band(now, list(before)[:1])
    )
    honest = publishing._Past.shown_exactly
    monkeypatch.setattr(
        publishing._Past,
        "shown_exactly",
        lambda self, name, since: honest(type(self)(self.bodies[-1:], self.moves), name, since),
    )

    one, two, three = live_through(session, sides, waves=3)

    told = three["n"] * three["mean"] - one["n"] * one["mean"]
    assert [found["band_only"] for found in (one, two, three)] == [False, True, False]
    assert told == pytest.approx(25 * (NEW_SAYS - 1))


def test_the_table_of_a_pair_names_the_band(app, session, sides, client, clock):
    live_through(session, sides, waves=3)
    hr = make_person(session, "Olga", roles=[Role.HR])
    sign_in(client, session, hr, at=clock.now())

    page = client.get(f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}").text

    assert page.count("band 60 to 75") == 2
    assert "75 (" in page
    assert "not published" not in page


TURNOUTS = st.builds(
    lambda n, silent: Turnout(n, n, n + silent), st.integers(5, 20), st.sampled_from([0, 0, 0, 1])
)


@given(st.lists(st.tuples(TURNOUTS, st.integers(0, 3)), min_size=1, max_size=8))
def test_no_two_exact_waves_ever_differ_by_a_few_people_who_can_be_told(waves):
    exact = []
    for now, moved in waves:
        exact = [(before, since + moved) for before, since in exact]
        if not stays_a_band(now, exact):
            assert not any(band_only(now, before, since) for before, since in exact)
            exact.append((now, 0))

    assert MOST_NEWCOMERS == 4
    assert exact
