"""Did it help? Studied once after a publication, and told only as far as the rules allow."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.agenda.models import CommitmentKind
from app.domain.waves import WaveState
from app.gatherings.models import Meeting
from app.health.models import (
    Action,
    ActionGathering,
    ActionState,
    Draw,
    EffectStudy,
    RemedyKind,
    Snapshot,
)
from app.health.queries import contact, snapshots
from app.health.queries.contact import Began
from app.health.services.effects import panel_of, study_newest
from app.surveys.models import Wave
from migrations import guards
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_lead, make_person, make_team, sign_in
from tests.gatherings.makers import make_gathering
from tests.surveys.makers import switch_on

FIRST = date(2025, 3, 3)
QUARTER = timedelta(days=91)
PAIRS, TREATED, WAVES, PICKED_AT = 20, 9, 6, 4
LATER = datetime.combine(FIRST + QUARTER * WAVES, time(12), UTC)


def make_wave(session, number, body):
    switch_on(session)
    opens_on = FIRST + QUARTER * (number - 1)
    wave = Wave(
        title=f"Wave {number}",
        state=WaveState.CLOSED,
        opens_on=opens_on - timedelta(days=14),
        ends_on=opens_on,
        digest="0" * 64,
        created_at=NOW,
        closed_at=NOW,
    )
    session.add(wave)
    session.flush()
    snapshot = Snapshot(
        wave_id=wave.id,
        formula=1,
        plan_digest="0" * 64,
        inputs_digest="0" * 64,
        digest="0" * 64,
        published_on=opens_on,
        body=body,
    )
    session.add(snapshot)
    session.flush()
    return wave


def make_body(means, *, band_only=()):
    """What a study reads of a snapshot."""
    view = {"evidence": "A", "returned": 8, "eligible": 10}
    names = [f"{one}|{other}" for one, other in means]
    turned = [f"{other}|{one}" for one, other in means]
    views = {name: view | {"band_only": name in band_only} for name in (*names, *turned)}
    undirected = {name: {"mean": mean} for name, mean in zip(names, means.values(), strict=True)}
    return {"editions": {"q01": 1}, "pairs": views, "undirected": undirected, "weights": {}}


def make_world(session, effect=15.0, *, treated=TREATED, kind=CommitmentKind.STAY, visited=True):
    """Six waves of twenty pairs; the weakest of the fourth had contact after it."""
    luck = Random(4)  # noqa: S311 - the same world each time
    pairs = [
        (make_team(session, f"A{number}").id, make_team(session, f"B{number}").id)
        for number in range(PAIRS)
    ]
    true = {pair: luck.gauss(58, 6) for pair in pairs}
    seen = [{pair: true[pair] + luck.gauss(0, 2) for pair in pairs} for _ in range(WAVES)]
    chosen = sorted(pairs, key=lambda pair: seen[PICKED_AT - 1][pair])[:treated]
    for wave in seen[PICKED_AT:]:
        for pair in chosen:
            wave[pair] += effect
    waves = [make_wave(session, number, make_body(means)) for number, means in enumerate(seen, 1)]
    for home, host in chosen if visited else ():
        make_visit(session, home, host, kind)
    return waves, pairs, chosen


def make_visit(session, home, host, kind=CommitmentKind.STAY):
    start = datetime.combine(FIRST + QUARTER * (PICKED_AT - 1), time(9), UTC) + timedelta(days=20)
    who = make_person(session, "Vera")
    make_commitment(session, who, start, kind=kind, home_team_id=home, host_team_id=host)


def studied(session):
    rows = session.scalars(select(EffectStudy))
    return {row.kind: row.body for row in rows}


def test_a_rotation_that_lifts_weak_pairs_helped(app, session):
    make_world(session)

    study_newest(session, at=LATER)

    found = studied(session)
    rotation = found["rotation"]
    assert (rotation["verdict"], rotation["picked"]) == ("helped", "by_score")
    assert (rotation["treated"], rotation["controls"]) == (9, 11)
    assert rotation["effect"]["low"] < 15 < rotation["effect"]["high"]
    assert [line[0] for line in rotation["lines"]] == [-3, -2, -1, 0, 1, 2]
    assert found["session"]["verdict"] == "accompanied"


def test_a_rotation_that_does_nothing_is_not_said_to_help(app, session):
    make_world(session, effect=0.0)

    study_newest(session, at=LATER)

    assert studied(session)["rotation"]["verdict"] == "unclear"


def test_with_few_pairs_no_number_and_no_line_is_kept(app, session):
    make_world(session, treated=7)

    study_newest(session, at=LATER)

    rotation = studied(session)["rotation"]
    assert rotation["verdict"] == "silent"
    assert rotation["silences"] == ["few_treated"]
    assert (rotation["effect"], rotation["lines"]) == (None, [])


def test_field_trips_that_people_chose_are_only_accompanied(app, session):
    make_world(session, kind=CommitmentKind.TRIP)

    study_newest(session, at=LATER)

    trip = studied(session)["trip"]
    assert (trip["verdict"], trip["picked"], trip["effect"]) == ("accompanied", "otherwise", None)


def start(session, wave, pairs, *, source_of, weeks=3, meetings=1):
    """An action about a wave for each pair, and the joint day or training it started."""
    for low, high in pairs:
        action = Action(
            wave_id=wave.id,
            low_team_id=low,
            high_team_id=high,
            what="A day",
            state=ActionState.PLANNED,
            owner_id=make_person(session, "Otto").id,
            due_on=wave.ends_on,
            created_at=NOW,
        )
        session.add(action)
        begins = datetime.combine(wave.ends_on, time(9), UTC) + timedelta(weeks=weeks)
        made = make_gathering(session, starts_at=begins, meetings=meetings)
        session.flush()
        session.add(
            ActionGathering(
                action_id=action.id, gathering_id=made.id, started_by=None, started_at=NOW
            )
        )
        numbers = select(Meeting).where(Meeting.gathering_id == made.id)
        for meeting in session.scalars(numbers.order_by(Meeting.number)).all():
            source_of(low, high, meeting)
    session.flush()


def was_there(session):
    """Somebody of the second team was with the first in a meeting."""

    def go(low, high, meeting):
        who = make_person(session, "Vera")
        fields = {"home_team_id": high, "host_team_id": low, "source_id": meeting.id}
        kind = CommitmentKind.TRIP
        make_commitment(session, who, meeting.starts_at, kind=kind, **fields)

    return go


def make_picked(session, *, effect=15.0, picked=TREATED, weeks=3, meetings=1):
    """The world of trips, with actions that picked the weakest pairs by the figures of a wave."""
    waves, pairs, chosen = make_world(session, effect, kind=CommitmentKind.TRIP, visited=False)
    shape = {"source_of": was_there(session), "weeks": weeks, "meetings": meetings}
    start(session, waves[PICKED_AT - 1], chosen[:picked], **shape)
    for home, host in chosen[picked:]:
        make_visit(session, home, host, CommitmentKind.TRIP)
    return waves, pairs, chosen


def trip_study(session):
    study_newest(session, at=LATER)
    return studied(session)["trip"]


def test_trips_that_actions_started_are_picked_by_the_figures(app, session):
    make_picked(session)

    trip = trip_study(session)

    assert (trip["verdict"], trip["picked"], trip["by_action"]) == ("helped", "by_score", 9)
    assert (trip["treated"], trip["controls"]) == (9, 11)
    assert trip["effect"]["low"] < 15 < trip["effect"]["high"]


def test_trips_that_actions_started_and_that_do_nothing_are_not_said_to_help(app, session):
    make_picked(session, effect=0.0)

    assert trip_study(session)["verdict"] == "unclear"


def test_below_eight_picked_pairs_trips_are_told_as_chosen(app, session):
    make_picked(session, picked=7)

    trip = trip_study(session)

    assert (trip["verdict"], trip["picked"], trip["by_action"]) == ("accompanied", "otherwise", 7)
    assert trip["effect"] is None


def test_a_trip_people_chose_beside_picked_ones_is_not_treated(app, session):
    make_picked(session, picked=8)

    trip = trip_study(session)

    assert (trip["picked"], trip["treated"], trip["controls"]) == ("by_score", 8, 11)


def test_a_trip_that_came_after_the_next_wave_was_not_picked_by_the_last(app, session):
    make_picked(session, weeks=16)

    trip = trip_study(session)

    assert (trip["picked"], trip["by_action"]) == ("otherwise", 0)


def test_the_further_meetings_of_what_was_started_are_part_of_it(app, session):
    make_picked(session, weeks=8, meetings=8)

    trip = trip_study(session)

    assert (trip["picked"], trip["treated"], trip["silences"]) == ("by_score", 9, [])


def make_lots(session, wave, drawn, blanks, kind=RemedyKind.TRIP):
    values = {"pairs": [list(pair) for pair in (*drawn, *blanks)], "seed": "0" * 32}
    values |= {"drawn": [list(pair) for pair in drawn], "places": len(drawn)}
    session.add(Draw(wave_id=wave.id, kind=kind, drawn_at=NOW, **values))
    session.flush()


def test_lots_make_those_who_drew_a_blank_the_comparison(app, session):
    waves, pairs, chosen = make_world(session, kind=CommitmentKind.TRIP)
    blanks = [pair for pair in pairs if pair not in chosen][:8]
    make_lots(session, waves[PICKED_AT - 1], chosen[:8], blanks)

    trip = trip_study(session)

    assert (trip["picked"], trip["treated"], trip["controls"]) == ("by_lot", 8, 8)
    assert trip["verdict"] == "helped"
    assert trip["lots"] == {"drawn": [8, 8], "blank": [8, 0]}


def test_drawn_pairs_without_a_trip_are_compared_as_they_were_drawn(app, session):
    waves, pairs, chosen = make_world(session, kind=CommitmentKind.TRIP, visited=False)
    blanks = [pair for pair in pairs if pair not in chosen][:8]
    make_lots(session, waves[PICKED_AT - 1], chosen[:8], blanks)
    for home, host in chosen[:3]:
        make_visit(session, home, host, CommitmentKind.TRIP)
    make_visit(session, *blanks[0], CommitmentKind.TRIP)

    trip = trip_study(session)

    assert (trip["treated"], trip["controls"]) == (8, 8)
    assert trip["lots"] == {"drawn": [8, 3], "blank": [8, 1]}


def test_lots_of_another_wave_say_nothing_about_this_one(app, session):
    waves, pairs, chosen = make_world(session, kind=CommitmentKind.TRIP)
    blanks = [pair for pair in pairs if pair not in chosen][:8]
    make_lots(session, waves[WAVES - 1], chosen[:8], blanks)

    trip = trip_study(session)

    assert (trip["picked"], trip["verdict"]) == ("by_lot", "silent")
    assert "none_after" in trip["silences"]


def test_a_view_shown_as_a_band_stays_out(app, session):
    make_wave(session, 1, make_body({(1, 2): 50.0, (3, 4): 60.0}, band_only=("2|1",)))

    assert set(panel_of(snapshots.published(session))) == {("3", "4")}


def test_a_publication_is_studied_once(app, session):
    make_world(session)

    first, second = study_newest(session, at=LATER), study_newest(session, at=LATER)

    assert [row.kind for row in first] == ["rotation", "trip", "session"]
    assert second == []


def test_before_the_first_publication_nothing_is_studied(app, session):
    assert study_newest(session, at=LATER) == []


def test_a_training_brings_all_its_teams_together(app, session):
    teams = [make_team(session, name).id for name in ("Rhine", "Elbe", "Main")]
    for team in teams:
        make_commitment(session, make_person(session), home_team_id=team, source_id=7)
    visit = {"kind": CommitmentKind.TRIP, "home_team_id": teams[2], "host_team_id": teams[0]}
    visit["source_id"] = 8
    make_commitment(session, make_person(session), **visit)

    found = contact.beginnings(session, at=datetime(2027, 1, 1, tzinfo=UTC))

    day = date(2026, 12, 1)
    training, trip = Began(CommitmentKind.SESSION, day, 7), Began(CommitmentKind.TRIP, day, 8)
    one, two, three = teams
    assert found == {
        (one, two): [training],
        (one, three): [training, trip],
        (two, three): [training],
    }


@pytest.mark.parametrize(
    "statement", ["UPDATE effect_study SET kind = 'trip'", "DELETE FROM effect_study"]
)
def test_what_was_said_stays_said(app, session, engine, statement):
    make_world(session, treated=1)
    study_newest(session, at=LATER)
    session.commit()

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_without_its_guard_a_study_would_change(app, session, engine):
    make_world(session, treated=1)
    study_newest(session, at=LATER)
    session.commit()

    with engine.begin() as connection:
        guards.drop(connection, "ao_effect_study")
        connection.exec_driver_sql("DELETE FROM effect_study")
        left = connection.exec_driver_sql("SELECT count(*) FROM effect_study").scalar()
        connection.rollback()

    assert left == 0


# -- pages ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clock")
def test_the_interval_comes_first_and_the_reasons_for_silence_follow(session, client):
    make_world(session)
    study_newest(session, at=LATER)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get("/health/effects/").text

    assert "points beside comparable pairs: it helped." in page
    assert "Nothing to show yet: lines are drawn from eight pairs on each side." in page


@pytest.mark.usefixtures("clock")
def test_lots_are_told_with_how_many_had_what_they_gave(session, client):
    waves, pairs, chosen = make_world(session, kind=CommitmentKind.TRIP)
    blank = next(pair for pair in pairs if pair not in chosen)
    make_lots(session, waves[PICKED_AT - 1], chosen[:8], [blank])
    study_newest(session, at=LATER)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get("/health/effects/").text

    assert "Pairs are compared as they were drawn, whether or not the contact came about." in page
    assert "8 of 8 drawn pairs have had it within two waves, and 0 of 1 that drew a blank." in page
    assert "Pairs that drew a blank" in page


@pytest.mark.usefixtures("clock")
def test_a_lead_reads_why_nothing_is_said(session, client):
    make_world(session, treated=3)
    study_newest(session, at=LATER)
    lead = make_person(session, "Lena")
    make_lead(session, lead, make_team(session, "Own"))
    sign_in(client, session, lead)

    page = client.get("/health/effects/").text

    assert "No statement about an effect is possible." in page
    assert "Fewer than 8 pairs took part." in page


@pytest.mark.usefixtures("clock")
def test_an_empty_page_says_what_it_takes(session, client):
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get("/health/effects/").text

    assert "At least eight pairs that took part and eight comparable ones" in page
    assert "Nothing to compare yet" in page


@pytest.mark.usefixtures("clock")
def test_whoever_answers_for_nobody_reads_no_effects(session, client):
    sign_in(client, session, make_person(session, "Ada"))

    assert client.get("/health/effects/").status_code == 404


@pytest.mark.usefixtures("clock")
def test_the_page_reads_what_was_written(session, client, count_statements):
    make_world(session)
    study_newest(session, at=LATER)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    client.get("/health/effects/")

    with count_statements() as statements:
        client.get("/health/effects/")

    assert sum("effect_study" in str(one) for one in statements) == 1
    assert not any("commitment" in str(one) for one in statements)
