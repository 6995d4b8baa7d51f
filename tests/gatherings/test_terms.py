"""After a session was announced: other trainers, another minimum, another last day to book."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.agenda.models import Commitment, CommitmentKind
from app.domain.seats import GatheringState
from app.gatherings.models import Gathering, Meeting, MeetingTrainer
from app.outbox.models import Notice
from tests.agenda.makers import make_commitment
from tests.engines import on_one_engine
from tests.factories import NOW, make_person
from tests.gatherings.makers import START, make_gathering, make_trainer


@pytest.fixture
def hr(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def theo(session):
    return make_person(session, "Theo", roles=["trainer"])


@pytest.fixture
def gathering(session, cast):
    made = make_gathering(session, meetings=2, warned_at=NOW)
    for meeting in session.scalars(select(Meeting)):
        make_trainer(session, meeting, cast.tina)
        make_commitment(
            session,
            cast.tina,
            meeting.starts_at,
            kind=CommitmentKind.TEACHING,
            source_id=meeting.id,
            hard=True,
        )
    return made


@pytest.fixture
def form(gathering, theo):
    return {
        "version": str(gathering.version),
        "trainers": [str(theo.id)],
        "minimum": "6",
        "decide_on": "2026-12-14",
        "closes_on": "2026-12-18",
    }


def send(hr, gathering, form, **changes):
    return hr.post(f"/courses/sessions/{gathering.id}/terms", **form | changes)


def test_another_trainer_takes_over_and_both_are_told(session, cast, hr, theo, gathering, form):
    answer = send(hr, gathering, form)

    rows = session.execute(select(Commitment.person_id, Commitment.active)).all()
    told = session.execute(select(Notice.person_id, Notice.title).order_by(Notice.title)).all()
    stored = session.get(Gathering, gathering.id)
    assert answer.status_code == 303
    assert set(session.scalars(select(MeetingTrainer.person_id))) == {theo.id}
    assert sorted(map(tuple, rows)) == sorted(2 * [(cast.tina.id, False), (theo.id, True)])
    assert [tuple(row) for row in told] == [
        (theo.id, "You lead a session: %(what)s"),
        (cast.tina.id, "You no longer lead: %(what)s"),
    ]
    assert (stored.minimum, stored.decide_on, stored.warned_at) == (6, date(2026, 12, 14), None)
    assert stored.closes_at == datetime(2026, 12, 18, 23, tzinfo=UTC)


def test_who_leads_on_is_told_nothing(session, cast, hr, gathering, form):
    answer = send(hr, gathering, form, trainers=[str(cast.tina.id)])

    assert answer.status_code == 303
    assert session.scalars(select(Notice.title)).all() == []
    assert all(session.scalars(select(Commitment.active)))


@on_one_engine
@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"trainers": ["4711"]}, "trainers", "not a valid choice"),
        ({"minimum": "11"}, "minimum", "more needed than there are seats"),
        ({"minimum": "x"}, "minimum", "Not a valid integer value."),
        ({"decide_on": ""}, "decide_on", "on which day it is decided"),
        ({"decide_on": "2026-12-21"}, "decide_on", "before the day of the first meeting"),
        ({"closes_on": ""}, "closes_on", "Please fill in this field."),
        ({"closes_on": "2026-12-22"}, "closes_on", "by the day of the first meeting"),
        ({"closes_on": "2026-10-01"}, "closes_on", "must close after it opens"),
    ],
)
def test_wrong_terms_are_said_beside_their_field(hr, gathering, form, wrong, field, message):
    answer = send(hr, gathering, form, **wrong)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page.split(f'id="{field}-error"')[1].split("</p>")[0]


def test_a_trainer_who_is_elsewhere_cannot_take_over(session, hr, theo, gathering, form):
    make_commitment(session, theo, START + timedelta(weeks=1), title="Fair", hard=True)

    answer = send(hr, gathering, form)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Theo Test is elsewhere on Dec 28, 2026" in page
    assert session.scalar(select(Gathering.version)) == gathering.version


def test_both_versions_of_the_terms_are_shown(session, hr, gathering, form):
    send(hr, gathering, form)

    answer = send(hr, gathering, form, minimum="7")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert [text in page for text in ("Someone changed this", ">6<", 'value="7"')] == [True] * 3
    assert session.scalar(select(Gathering.minimum)) == 6


@pytest.mark.parametrize("state", [GatheringState.CALLED_OFF, GatheringState.OVER])
def test_nothing_changes_any_more_when_it_is_over(session, hr, gathering, form, state):
    gathering.state = state
    session.flush()

    page = hr.get(f"/courses/sessions/{gathering.id}/terms")
    answer = send(hr, gathering, form, version=str(gathering.version))

    assert (page.status_code, answer.status_code) == (302, 409)
    assert session.scalar(select(Gathering.minimum)) == 0


@pytest.mark.parametrize("who", ["ada", "tina"])
def test_only_hr_changes_terms(session, cast, signed_in, gathering, form, who):
    visitor = signed_in(getattr(cast, who))

    statuses = (
        visitor.get(f"/courses/sessions/{gathering.id}/terms").status_code,
        send(visitor, gathering, form).status_code,
    )

    assert statuses == (404, 404)
