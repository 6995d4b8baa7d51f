"""Comments at the close: which are kept, read and counted, and what they no longer tell."""

import json
import tracemalloc
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from app.surveys.models import SealedBox
from app.surveys.queries import comments
from app.surveys.queries.comments import Voice, Voices
from app.surveys.services.closing import read_boxes
from app.surveys.services.sealing import AT_ONCE, SHEET, SHEET_BYTES, Remark, Unsealed
from app.surveys.services.voting import comment, enter
from tests.surveys.makers import (
    ENDED,
    close,
    make_open_wave,
    make_sides,
    vote,
    vote_all,
)


def comment_all(session, wave, sides, *, readable=True, count=12, text="Ask Rhine1 Test sooner"):
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    for person in sides.members["Rhine"][:count]:
        remark = Remark(sides.team("Elbe"), {"o2": text}, readable)
        comment(session, enter(session, wave.id, at=at), person.id, {remark.target: remark})


def test_comments_are_read_a_week_later_without_names_and_without_their_department(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    comment_all(session, wave, sides)
    close(session, wave, keys)

    early, later = (
        comments.about(session, [sides.team("Elbe")], today=ENDED.date() + timedelta(days=days))
        for days in (6, 7)
    )

    assert early == []
    assert later == [Voices(wave.id, "Autumn", sides.team("Elbe"), 12, 12)]
    read = comments.texts(session, later[0])
    assert read == [Voice("o2", None, "Ask █████ █████ sooner")] * 12


def test_nothing_is_left_of_the_order_in_which_sheets_lay():
    sheets = [
        SHEET + json.dumps({"source": 1, "remarks": [[2, {"o1": text}, True]]}).encode()
        for text in ("Thanks", "More", "Less")
    ]

    one, other = Unsealed(), Unsealed()
    one.add([], sheets)
    other.add([], sheets[::-1])

    assert one.comments() == other.comments()
    assert len(one.comments()) == 3


def test_boxes_of_comments_are_opened_a_few_at_a_time(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    comment_all(session, wave, sides)
    content = session.scalars(select(SealedBox.content)).first()
    session.execute(
        insert(SealedBox),
        [
            {"key": number.to_bytes(16, "big"), "wave_id": wave.id, "content": content}
            for number in range(4 * AT_ONCE)
        ],
    )
    session.commit()
    tracemalloc.start()

    found = read_boxes(session, wave.id, keys)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.comments()) == 4 * AT_ONCE + 12
    assert peak < 3 * AT_ONCE * SHEET_BYTES


def test_comments_whose_writers_said_no_are_only_counted(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    comment_all(session, wave, sides, readable=False)
    close(session, wave, keys)

    (later,) = comments.about(session, [sides.team("Elbe")], today=ENDED.date() + timedelta(days=8))

    assert (later.written, later.readable, comments.texts(session, later)) == (12, 0, [])


def test_comments_about_a_team_few_people_judged_are_neither_kept_nor_counted(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    for person in sides.members["Rhine"][:9]:
        vote(session, wave, person, sides.team("Elbe"))
    comment_all(session, wave, sides)
    close(session, wave, keys)

    later = ENDED.date() + timedelta(days=9)
    assert comments.about(session, [sides.team("Elbe")], today=later) == []
