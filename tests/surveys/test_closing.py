"""The close: one transaction that keeps what may be told and lets the rest go."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry, AuditKind
from app.domain.disclosure import Count, release_plan
from app.domain.waves import WaveState, WrongState
from app.surveys.models import Answer, Asked, BallotMark, Cell, SealedBox, Wave
from app.surveys.queries.results import CellCount, results
from app.surveys.services.closing import Opening, close_wave, read_boxes
from app.surveys.services.keys import KeyFolder, KeyIsMissingError, KeysInMemory
from app.surveys.services.ties import declare
from app.surveys.services.voting import NotAsked, Ticks
from tests.factories import NOW
from tests.surveys.makers import (
    ENDED,
    FINE,
    MONDAY,
    NO_CONTACT,
    OPENING,
    close,
    dice,
    make_open_wave,
    make_sides,
    vote,
    vote_all,
)

VAGUE = Ticks(2, (4, 4, 4, 4, 0, 0, 0, 0, 0, 0), 4)


def counted(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_a_published_pair_keeps_its_records_and_its_counts(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
    for person in sides.members["Rhine"][:9]:
        vote(session, wave, person, elbe)
    for person in sides.members["Rhine"][9:11]:
        vote(session, wave, person, elbe, NO_CONTACT)

    close(session, wave, keys)

    found = results(session, wave.id)
    cell = CellCount(
        eligible=12,
        members=8,
        published=True,
        answers=9,
        returned=11,
        no_contact=2,
        importance=0.75,
    )
    assert found.cells[rhine, elbe] == cell
    assert found.answers == {(rhine, elbe): "".join(map(str, FINE.answers)) * 9}
    assert found.number == 1
    assert found.teams[elbe].members == 8
    assert found.editions["q01"] == 1


def test_records_of_small_pairs_are_deleted_even_when_they_are_many_together(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_some(session, wave, sides, rhine=4, elbe=4)

    closed = close(session, wave, keys)

    found = results(session, wave.id)
    assert closed.plan.leftover_used
    assert (found.answers, counted(session, Answer)) == ({}, 0)
    assert {
        pair: (cell.answers, cell.returned, cell.no_contact) for pair, cell in found.cells.items()
    } == {
        (sides.team("Rhine"), sides.team("Elbe")): (0, 0, 0),
        (sides.team("Rhine"), sides.team("Main")): (0, 0, 0),
        (sides.team("Elbe"), sides.team("Rhine")): (0, 0, 0),
    }


def vote_some(session, wave, sides, *, rhine, elbe):
    for person in sides.members["Rhine"][:rhine]:
        vote(session, wave, person, sides.team("Elbe"))
    for person in sides.members["Elbe"][:elbe]:
        vote(session, wave, person, sides.team("Rhine"))


def test_the_protocol_of_a_wave_of_small_pairs_counts_nothing(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_some(session, wave, sides, rhine=3, elbe=1)

    close(session, wave, keys)

    assert results(session, wave.id).answers == {}
    assert wave.protocol | {"plan": "", "answers": "", "lots": ""} == {
        "lots": "",
        "people": 20,
        "ballots_at_least": 0,
        "kept": 0,
        "pairs_asked": 3,
        "pairs_published": 0,
        "comments_readable": 0,
        "plan": "",
        "answers": "",
    }


def test_sheets_that_judge_too_little_are_counted_and_not_kept(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    for person in sides.members["Rhine"][:10]:
        vote(session, wave, person, sides.team("Elbe"), FINE if person.id % 2 else VAGUE)

    close(session, wave, keys)

    cell = results(session, wave.id).cells[sides.team("Rhine"), sides.team("Elbe")]
    assert (cell.answers, cell.returned) == (5, 10)


def test_nobody_is_asked_about_a_team_too_small_to_be_told_of(app, session):
    sides = make_sides(session, main=4)
    wave, _keys = make_open_wave(session)

    vote(session, wave, sides.members["Rhine"][0], sides.team("Elbe"))

    asked = {(row.person_id, row.team_id) for row in session.scalars(select(Asked))}
    assert len(asked) == 20
    assert wave.asked == 20
    with pytest.raises(NotAsked):
        vote(session, wave, sides.members["Rhine"][0], sides.team("Main"))


def test_the_protocol_stands_in_the_audit_log(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)

    closed = close(session, wave, keys)

    entry = session.scalar(select(AuditEntry).where(AuditEntry.kind == AuditKind.WAVE_CLOSED))
    assert entry.detail == wave.protocol
    assert entry.actor_id is None
    assert wave.protocol["plan"] == closed.plan.told_digest() == wave.digest
    assert closed.kept == 32


@pytest.mark.parametrize("rhine", [5, 9])
def test_the_protocol_tells_the_turnout_of_no_team(app, session, rhine):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_some(session, wave, sides, rhine=rhine, elbe=0)

    close(session, wave, keys)

    told = {name: wave.protocol[name] for name in ("ballots_at_least", "kept")}
    assert told == {"ballots_at_least": 0, "kept": 0}


@pytest.mark.parametrize("elbe", [0, 4])
def test_the_digest_of_a_close_is_made_of_what_is_kept_alone(app, session, elbe):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_some(session, wave, sides, rhine=9, elbe=elbe)

    close(session, wave, keys)

    found = results(session, wave.id)
    known = [
        Count(str(source), str(target), cell.answers, cell.members)
        for (source, target), cell in found.cells.items()
    ]
    departments = {str(team): str(frozen.department_id) for team, frozen in found.teams.items()}
    assert release_plan(known, departments).told_digest() == wave.digest


def test_a_close_that_dies_anywhere_leaves_the_wave_open_and_whole(app, session, engine):
    sides = make_sides(session, rhine=6, elbe=5, main=5)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    session.commit()
    whole = (counted(session, SealedBox), counted(session, BallotMark))
    session.commit()
    died = 0

    while True:
        with dying_at(engine, died + 1) as lived:
            try:
                close(session, wave, keys)
                session.commit()
            except PowerCutError:
                session.rollback()
        if lived():
            break
        died += 1
        state = (session.scalar(select(Wave.state)), counted(session, Answer))
        assert state == (WaveState.OPEN, 0)
        assert (counted(session, SealedBox), counted(session, BallotMark)) == whole
        session.commit()

    assert died > 10
    assert session.scalar(select(Wave.state)) is WaveState.CLOSED
    assert (counted(session, Answer), counted(session, SealedBox)) == (17, 0)


class PowerCutError(Exception):
    """The machine stops in the middle."""


class dying_at:  # noqa: N801 - reads as a sentence
    """Stop at the n-th statement; afterwards calling it says whether there were fewer."""

    def __init__(self, engine, number):
        self.engine, self.left = engine, number

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self.strike)
        return lambda: self.left > 0

    def __exit__(self, *_error):
        event.remove(self.engine, "before_cursor_execute", self.strike)

    def strike(self, *_call):
        self.left -= 1
        if self.left == 0:
            raise PowerCutError


def test_a_closed_wave_is_not_closed_again(app, session):
    make_sides(session)
    wave, keys = make_open_wave(session)
    close(session, wave, keys)

    with pytest.raises(WrongState):
        close(session, wave, keys)


def test_boxes_opened_beforehand_and_those_that_came_after_are_all_counted(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    for person in sides.members["Rhine"][:6]:
        vote(session, wave, person, sides.team("Elbe"))
    session.flush()
    known = read_boxes(session, wave.id, keys)
    before = len(known.ballots)
    for person in sides.members["Rhine"][6:8]:
        vote(session, wave, person, sides.team("Elbe"))

    closed = close_wave(session, wave.id, at=ENDED, opening=Opening(keys, dice(1), known))

    assert (before, closed.kept) == (6, 8)


@pytest.mark.parametrize("people", [1, 3])
def test_the_close_asks_as_often_however_many_took_part(
    people, app, session, engine, count_statements
):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    for person in sides.members["Rhine"][: 4 + people]:
        vote(session, wave, person, sides.team("Elbe"))
    session.commit()

    with count_statements() as statements:
        close(session, wave, keys)

    # beside those of cells and answers; on PostgreSQL boxes are emptied at once
    assert len(statements) == {"sqlite": 16, "postgresql": 13}[engine.dialect.name]


def test_the_key_is_a_file_for_our_eyes_and_destroyed_for_good(tmp_path):
    folder = KeyFolder(tmp_path / "keys")
    public = folder.make(3)
    other = folder.make(4)
    file = tmp_path / "keys" / "wave-3.key"

    mode = file.stat().st_mode & 0o777
    held = folder.private(3, public)
    folder.destroy_all_but([4])

    assert (mode, bytes(held.public_key).hex()) == (0o600, public)
    assert not file.exists()
    assert folder.private(4, other)
    with pytest.raises(KeyIsMissingError):
        folder.private(3, public)


def test_without_its_key_a_wave_stays_open_and_whole(app, session):
    sides = make_sides(session)
    wave, _keys = make_open_wave(session)
    vote(session, wave, sides.members["Rhine"][0], sides.team("Elbe"))

    with pytest.raises(KeyIsMissingError):
        close(session, wave, KeysInMemory())

    assert wave.state is WaveState.OPEN
    assert counted(session, SealedBox) == 1


def test_importance_is_what_management_set_else_what_was_ticked(app, session):
    sides = make_sides(session)
    rhine = sides.team("Rhine")
    wanted = {sides.team("Elbe"): 0.25, sides.team("Main"): None}
    declare(session, rhine, wanted, by=None, day=MONDAY, at=NOW)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)

    close(session, wave, keys)

    cells = results(session, wave.id).cells
    assert cells[rhine, sides.team("Elbe")].importance == 0.25
    assert cells[rhine, sides.team("Main")].importance == 0.75


def test_importance_that_fewer_than_five_people_ticked_is_nobodys(app, session):
    sides = make_sides(session)
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
    wave, keys = make_open_wave(session)
    for number, person in enumerate(sides.members["Rhine"]):
        vote(session, wave, person, elbe, replace(FINE, importance=1 if number < 4 else 0))

    close(session, wave, keys)

    cell = results(session, wave.id).cells[rhine, elbe]
    assert (cell.answers, cell.importance) == (12, 1.0)


def test_the_second_wave_knows_how_many_moved_since_the_first(app, session):
    sides = make_sides(session)
    first, keys = make_open_wave(session)
    close(session, first, keys)
    ada = sides.members["Rhine"][0]
    ada.left_on = MONDAY + timedelta(days=20)
    later = MONDAY + timedelta(days=30)

    second, keys = make_open_wave(session, "Winter", today=later, at=OPENING + timedelta(days=30))
    close(session, second, keys, at=ENDED + timedelta(days=30))

    moved = {team.name: team.moved for team in results(session, second.id).teams.values()}
    assert {team.moved for team in results(session, first.id).teams.values()} == {None}
    assert moved == {"Rhine": 1, "Elbe": 0, "Main": 0}


def test_stored_answers_cannot_be_changed(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    close(session, wave, keys)
    session.commit()

    for statement in ("UPDATE answer SET steps = '1111111111'", "DELETE FROM answer"):
        with pytest.raises(IntegrityError, match="ao_answer"):
            session.connection().exec_driver_sql(statement)
        session.rollback()

    assert counted(session, Cell) == 3
