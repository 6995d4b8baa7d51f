"""Erasing a person: nothing with the name stays, and no published figure moves (I9)."""

from collections import Counter

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.audit.services import verify
from app.domain.personal import BLACK, Fate
from app.domain.roles import Role
from app.gatherings.models import Booking, BookingStep, Gathering
from app.health.models import Draw, RemedyKind
from app.people.models import Person
from app.privacy.queries.own_data import mentions
from app.privacy.queries.register import counts, register
from app.privacy.services.erasing import erase
from app.rotations.models import Application, Stay
from migrations import guards
from tests.factories import NOW, make_person, sign_in
from tests.privacy.conftest import EMAIL, FAMILY, GIVEN, NUMBER, WORDS, settled
from tests.surveys.makers import make_open_wave, make_sides

TRACES = (FAMILY, EMAIL, NUMBER, WORDS, f"{GIVEN} {FAMILY}")
PUBLISHED = ("snapshot", "pair_figure", "effect_study", "contact_step", "answer", "cell", "draw")
FIGURES = ("/health/", "/occupancy/?format=csv", "/stays/?format=csv")


def traces(session):
    """Table and column of every text in which the person can still be found."""
    found = Counter()
    for name, (table, _personal) in register().items():
        for row in session.execute(select(table)).mappings():
            for column, value in row.items():
                told = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                escaped = told.encode("unicode-escape").decode("ascii") + told
                if any(trace in escaped for trace in TRACES):
                    found[f"{name}.{column}"] += 1
    return found


def rows(session, name):
    table, _personal = register()[name]
    return sorted(repr(tuple(row)) for row in session.execute(select(table)))


def figures(company):
    """Pages and files of figures as HR reads them, without what differs on each request."""
    session = company.session
    hr = session.scalars(select(Person).where(Person.given_name == "Octavia")).first()
    hr = hr or make_person(session, "Octavia", roles=[Role.HR])
    client = sign_in(company.app.test_client(), session, hr, at=clock.now())
    session.commit()
    pages = {path: client.get(path) for path in FIGURES}
    assert {page.status_code for page in pages.values()} == {200}
    return {path: _plain(page.text) for path, page in pages.items()}


def _plain(text):
    lines = [line for line in text.splitlines() if "nonce" not in line and "csrf" not in line]
    whole = "\n".join(lines)
    for mine, nobodys in ((f"{GIVEN} {FAMILY}", "N. N."), (WORDS, BLACK)):
        whole = whole.replace(mine, nobodys)
    return whole


def counted(session):
    """Seats, stays, applicants and steps as others count on them."""
    questions = (
        select(Booking.gathering_id, Booking.state, func.count()).group_by(
            Booking.gathering_id, Booking.state
        ),
        select(Gathering.id, Gathering.taken),
        select(Stay.home_team_id, Stay.host_team_id, func.count()).group_by(
            Stay.home_team_id, Stay.host_team_id
        ),
        select(Application.round_id, func.count(Application.person_id.distinct())).group_by(
            Application.round_id
        ),
        select(BookingStep.after, func.count()).group_by(BookingStep.after),
    )
    return [sorted(map(tuple, session.execute(question))) for question in questions]


def seen(company):
    """All that is compared before and after."""
    session = company.session
    return {
        "traces": traces(session),
        "published": {name: rows(session, name) for name in PUBLISHED},
        "counted": counted(session),
        "figures": figures(company),
        "rows": counts(session, company.person_id),
        "mentions": mentions(session, company.person_id),
    }


def erase_now(company, person_id=None):
    person = company.session.get_one(Person, person_id or company.person_id)
    erase(company.session, person, actor_id=None, at=clock.now())
    company.session.commit()
    company.session.expire_all()


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def erased(request, demo_company, store, make_app):
    """The company after the erasure, what was seen before and after, and two keys of rows."""
    url = demo_company(request.param)
    with settled(url, make_app(url)) as company:
        mine = company.person_id
        stay = company.session.scalars(select(Stay.id).where(Stay.person_id == mine)).first()
        wish = company.session.scalars(
            select(Application.id).where(Application.person_id == mine)
        ).first()
        before = seen(company)
        erase_now(company)
        yield company, before, seen(company), (stay, wish)
    store(request.param).drop(url)


def test_everybody_can_see_the_name_before_and_nobody_after(erased):
    company, before, after, _keys = erased

    assert len(before["rows"]) > 25  # the person has nearly every kind of record
    assert {"person.family_name", "notice.text", "mail.body", "action.what"} <= {*before["traces"]}
    assert after["traces"] == {}
    assert set(after["rows"]) == {"audit_entry"}  # keys that lead nowhere
    assert after["mentions"] == {}
    assert company.session.get(Person, company.person_id) is None


def test_what_is_published_stays_bit_for_bit(erased):
    _company, before, after, _keys = erased

    assert after["published"] == before["published"]
    assert before["published"]["snapshot"]
    assert before["published"]["pair_figure"]


def test_counts_stay_true_under_nobodys_name(erased):
    company, before, after, _keys = erased
    stayed = {name for name in before["rows"] if register()[name][1].fate is Fate.NAMELESS}
    assert {"booking", "stay", "application", "commitment"} <= stayed

    assert after["counted"] == before["counted"]
    nobodies = company.session.scalars(select(Person).where(Person.stands_for.is_not(None))).all()
    assert {nobody.name for nobody in nobodies} == {"N. N."}
    assert verify(company.session).broken_at is None


def test_pages_of_figures_do_not_change(erased):
    _company, before, after, _keys = erased

    assert after["figures"] == before["figures"]


def test_words_of_the_person_are_black(erased):
    company, _before, _after, (stay, wish) = erased

    assert company.session.get_one(Stay, stay).note_to_hr in {BLACK, ""}
    assert company.session.get_one(Application, wish).motivation == BLACK


@pytest.mark.parametrize(
    "changes", [{"after": "booked", "reason": "rewritten"}, {"actor_id": "somebody"}]
)
def test_an_erasure_opens_no_door_into_a_history(erased, changes):
    session = erased[0].session
    somebody = session.scalars(select(Person.id).where(Person.stands_for.is_(None)).limit(1)).one()
    values = {name: somebody if name == "actor_id" else value for name, value in changes.items()}

    with pytest.raises(IntegrityError):
        session.execute(update(BookingStep).where(BookingStep.version == 1).values(values))
    session.rollback()


@pytest.mark.parametrize("name", ["booking_step", "attendance_step"])
def test_only_a_nobody_takes_the_place_of_who_acted(erased, name):
    session, table = erased[0].session, register()[name][0]
    nobody = select(Person.id).where(Person.stands_for.is_not(None)).limit(1)
    somebody = select(Person.id).where(Person.stands_for.is_(None)).limit(1)

    for change in ({"actor_id": somebody.scalar_subquery()}, {"actor_id": None}):
        with pytest.raises(IntegrityError):
            session.execute(update(table).where(table.c.actor_id.is_not(None)).values(change))
        session.rollback()
    session.execute(update(table).values(actor_id=nobody.scalar_subquery()))
    session.rollback()


def test_without_its_guard_a_history_could_be_rewritten(erased):
    session = erased[0].session
    guards.drop(session.connection(), "ao_booking_step")

    session.execute(update(BookingStep).values(reason="rewritten"))

    assert set(session.scalars(select(BookingStep.reason))) == {"rewritten"}
    session.rollback()


def test_two_who_were_together_stay_two(erased):
    """Else a session with two erased people would count one seat, or refuse the second."""
    company = erased[0]
    session = company.session
    nobodys = select(Person.id).where(Person.stands_for.is_not(None))
    together, other = session.execute(
        select(Booking.gathering_id, Booking.person_id).where(
            Booking.person_id.not_in(nobodys),
            Booking.gathering_id.in_(
                select(Booking.gathering_id).where(Booking.person_id.in_(nobodys))
            ),
        )
    ).first()

    erase_now(company, other)

    people = session.scalars(
        select(Booking.person_id).where(
            Booking.gathering_id == together, Booking.person_id.in_(nobodys)
        )
    ).all()
    assert len(set(people)) == len(people) == 2


def test_the_key_of_an_erased_person_is_never_given_again(app, session):
    last = make_person(session, "Last")
    key = last.id
    session.commit()

    erase(session, last, actor_id=None, at=clock.now())
    session.commit()
    session.execute(delete(Person))  # of the nobodies too: the key would be free
    session.commit()

    assert make_person(session, "Next").id > key


def test_a_draw_stays_as_drawn_and_only_its_drawer_becomes_nobody(app, session):
    make_sides(session)
    wave, _keys = make_open_wave(session)
    olga = make_person(session, "Olga")
    draw = Draw(wave_id=wave.id, kind=RemedyKind.TRIP, places=1, seed="s", drawn_by=olga.id)
    draw.pairs, draw.drawn, draw.drawn_at = [[1, 2], [1, 3]], [[1, 3]], NOW
    session.add(draw)
    session.commit()

    erase(session, olga, actor_id=None, at=NOW)
    session.commit()
    session.refresh(draw)

    kept = (draw.pairs, draw.drawn, draw.seed, draw.places)
    assert kept == ([[1, 2], [1, 3]], [[1, 3]], "s", 1)
    assert session.get_one(Person, draw.drawn_by).name == "N. N."
    for change in ({"places": 9}, {"drawn": []}, {"drawn_by": None}):
        with pytest.raises(IntegrityError):
            session.execute(update(Draw).values(change))
        session.rollback()


def test_a_table_that_is_forgotten_is_noticed(company, monkeypatch):
    kept = {name: value for name, value in register().items() if name != "notice"}
    monkeypatch.setattr("app.privacy.services.sweeping.register", lambda: kept)

    erase_now(company)

    assert set(traces(company.session)) == {"notice.text"}
