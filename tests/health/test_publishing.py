"""A closed wave is published once; what was published stays, byte for byte."""

import pytest
from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.health.models import PairFigure, Snapshot
from app.health.queries import snapshots
from app.health.services import proving
from app.health.services.publishing import publish
from app.health.services.writing import sha256
from app.surveys.models import Answer, Cell, WaveTeam
from migrations import guards
from tests.factories import NOW
from tests.health.makers import closed_on, make_published, steps
from tests.surveys.makers import make_open_wave, make_sides

# What the same answers gave when each value was written for itself (BODY since the digest of a
# plan leaves out what it does not tell).
INPUTS = "73e525da3fb395c76714d30de2d0525145d6c2c4f82195bf09bbfa8a8da35f80"
BODY = "d0b7e3aa164484ba28414052d55b15a614691c3eea53e72882b3c78db316106c"


def pair(sides, source, target):
    return f"{sides.team(source)}|{sides.team(target)}"


def test_a_wave_publishes_the_figures_of_its_pairs(app, session):
    sides = make_sides(session)

    snapshot = make_published(session, sides, level=4)

    body = snapshot.body
    expected = {pair(sides, *names) for names in (("Rhine", "Elbe"), ("Rhine", "Main"))}
    assert set(body["pairs"]) == expected | {pair(sides, "Elbe", "Rhine")}
    assert {figures["mean"] for figures in body["pairs"].values()} == {75.0}
    assert body["pairs"][pair(sides, "Rhine", "Elbe")]["shown_n"] == "10–19"
    assert body["pairs"][pair(sides, "Elbe", "Rhine")]["shown_response"] is None
    figures = session.execute(
        select(PairFigure.answers, PairFigure.score).order_by(PairFigure.answers)
    ).all()
    assert figures == [(8, 75.0), (12, 75.0), (12, 75.0)]


def test_equal_answers_are_published_in_the_bytes_they_always_were(app, session):
    snapshot = make_published(session, make_sides(session), level_of=vary)

    stored = session.scalar(select(cast(Snapshot.body, Text)))
    assert (snapshot.inputs_digest, snapshot.digest) == (INPUTS, BODY)
    assert sha256(stored) == BODY


def test_the_row_of_a_pair_tells_its_figures_and_its_change(app, session):
    sides = make_sides(session)
    make_published(session, sides, 1, level=4)
    body = make_published(session, sides, 2, level=2).body
    name = pair(sides, "Rhine", "Elbe")

    figure = session.scalars(
        select(PairFigure)
        .where(
            PairFigure.source_team_id == sides.team("Rhine"),
            PairFigure.target_team_id == sides.team("Elbe"),
        )
        .order_by(PairFigure.snapshot_id.desc())
    ).first()

    assert figure.body == {**body["pairs"][name], "change": body["changes"][name]}
    shown = (figure.answers, figure.score, figure.low, figure.high, figure.need)
    told = body["pairs"][name]
    assert shown == (told["n"], told["mean"], told["lo"], told["hi"], body["weights"][name])


def test_publishing_again_gives_what_was_published(app, session):
    sides = make_sides(session)
    snapshot = make_published(session, sides)

    again = publish(session, snapshot.wave_id, on=closed_on(), at=NOW)

    assert again is snapshot
    assert session.scalar(select(func.count()).select_from(Snapshot)) == 1


def test_an_open_wave_publishes_nothing(app, session):
    make_sides(session)
    wave, _keys = make_open_wave(session)

    assert publish(session, wave.id, on=closed_on(), at=NOW) is None
    assert snapshots.unpublished(session) == []


def test_a_pair_of_four_answers_is_named_and_has_no_figure(app, session):
    sides = make_sides(session)

    body = make_published(session, sides, silent=sides.members["Elbe"][4:]).body

    assert body["unpublished"] == [pair(sides, "Elbe", "Rhine")]
    assert set(body["pairs"]) == {pair(sides, "Rhine", name) for name in ("Elbe", "Main")}


def test_a_fall_is_a_change_against_the_waves_before(app, session):
    sides = make_sides(session)
    for number in (1, 2, 3):
        make_published(session, sides, number, level=4)

    body = make_published(session, sides, 4, level=2).body

    change = body["changes"][pair(sides, "Rhine", "Elbe")]
    assert (change["delta"], change["waves"]) == (-50.0, 3)


TAMPERED = {
    "ao_snapshot": (
        update(Snapshot).values(formula=1, body={"pairs": {}}),
        ["its bytes are not those that were published"],
    ),
    "ao_pair_figure": (
        update(PairFigure).values(score=99.0),
        ["the figures of its pairs are not those that were published"],
    ),
    "ao_answer": (
        update(Answer).values(steps="1" * 10),
        ["the answers or counts are not those it was computed from"],
    ),
    "ao_cell": (
        update(Cell).values(importance=0.25),
        ["the answers or counts are not those it was computed from"],
    ),
    "ao_wave_team": (
        update(WaveTeam).values(department="Elsewhere"),
        ["computed anew it differs in: teams"],
    ),
}


@pytest.mark.parametrize("guard", TAMPERED)
def test_what_was_changed_past_the_guards_is_noticed(app, session, engine, guard):
    snapshot = make_published(session, make_sides(session))
    key = snapshot.id
    session.commit()
    change, expected = TAMPERED[guard]

    with engine.begin() as connection:
        guards.drop(connection, guard)
        connection.execute(change)
        with Session(connection) as own:
            found = [*proving.changed(own, key), *proving.differs(own, key)]
        connection.rollback()

    assert found[:1] == expected


def test_every_wave_computed_anew_gives_the_same_bytes(app, session, runner):
    sides = make_sides(session)
    for number, level in ((1, 4), (2, 3), (3, 5)):
        make_published(session, sides, number, level=level, silent=sides.members["Elbe"][:number])

    result = runner.invoke(args=["survey", "recompute"])
    doctor = runner.invoke(args=["doctor"]).output.splitlines()

    keys = proving.every(session)
    assert result.output.splitlines() == [
        *(f"snapshot {key}: the same bytes" for key in keys),
        "3 snapshots",
    ]
    assert result.exit_code == 0
    assert "snapshots: ok" in doctor


def test_a_snapshot_of_other_formulas_is_named_and_not_computed(app, session, runner, monkeypatch):
    make_published(session, make_sides(session))
    monkeypatch.setattr(proving.scoring, "FORMULA_VERSION", "2")

    result = runner.invoke(args=["survey", "recompute"])

    assert result.exit_code == 1
    assert "formula 1 is not that of this program" in result.output


def vary(person, _target):
    return steps(2 + person.id % 3)


def test_changing_an_unpublished_answer_changes_nothing_published(app, session):
    sides = make_sides(session)
    few, silent = sides.members["Elbe"][:4], sides.members["Elbe"][4:]

    def hidden(level):
        return lambda person, target: steps(level) if person in few else vary(person, target)

    one = make_published(session, sides, 1, level_of=hidden(5), silent=silent).body
    two = make_published(session, sides, 2, level_of=hidden(1), silent=silent).body

    assert shown(one) == shown(two)


def shown(body):
    """What does not look back at earlier waves."""
    return {key: body[key] for key in ("pairs", "undirected", "totals", "weights", "unpublished")}


@pytest.mark.parametrize(
    "statement", ["UPDATE snapshot SET formula = 9", "DELETE FROM pair_figure"]
)
def test_nothing_published_is_changed_or_deleted(app, session, engine, statement):
    make_published(session, make_sides(session))
    session.commit()

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_without_its_guard_a_snapshot_would_change(app, session, engine):
    make_published(session, make_sides(session))
    session.commit()

    with engine.begin() as connection:
        guards.drop(connection, "ao_snapshot")
        connection.exec_driver_sql("UPDATE snapshot SET formula = 9")
        changed = connection.exec_driver_sql("SELECT formula FROM snapshot").scalar()
        connection.rollback()

    assert changed == 9
