"""What people write about themselves: days away and skills."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.roles import Role
from app.people.models import Absence, PersonSkill, Skill
from tests.factories import NOW, make_person, make_skill, sign_in

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ada(session):
    return make_person(session, "Ada")


@pytest.fixture
def own(client, session, ada):
    """Give Ada's browser."""
    return sign_in(client, session, ada)


def spans(session):
    return session.execute(select(Absence.starts_on, Absence.ends_on)).all()


def test_the_last_day_is_included(own, session, tokens):
    form = {"first": "2026-12-21", "last": "2026-12-23", "csrf_token": tokens(own)}

    answer = own.post("/absences", data=form)

    assert answer.status_code == 303
    assert spans(session) == [(date(2026, 12, 21), date(2026, 12, 24))]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (("2026-12-23", "2026-12-21"), "The last day cannot come before the first."),
        (("2026-12-10", "2026-12-11"), "You are already away on some of these days."),
        (("2206-12-10", "2206-12-11"), "Please enter a day between 1950 and 2099."),
        (("2026-12-24", "2030-12-24"), "Please check the year"),
        (("", "2026-12-11"), "Please enter a day."),
        (("soon", "2026-12-11"), "Not a valid date value."),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(own, ada, session, tokens, span, said):
    session.add(
        Absence(
            person_id=ada.id,
            starts_on=date(2026, 12, 11),
            ends_on=date(2026, 12, 12),
            created_at=NOW,
        )
    )

    answer = own.post(
        "/absences", data={"first": span[0], "last": span[1], "csrf_token": tokens(own)}
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert len(spans(session)) == 1


def test_only_the_own_absence_can_be_taken_back(own, ada, session, tokens):
    bo = make_person(session, "Bo")
    for person in (ada, bo):
        day = date(2026, 12, 11)
        session.add(
            Absence(person_id=person.id, starts_on=day, ends_on=date(2026, 12, 12), created_at=NOW)
        )
    session.flush()
    mine, theirs = session.scalars(select(Absence.id).order_by(Absence.person_id)).all()
    token = {"csrf_token": tokens(own)}

    statuses = [
        own.post(f"/absences/{key}/remove", data=token).status_code for key in (theirs, mine)
    ]

    assert statuses == [404, 303]
    assert session.scalars(select(Absence.person_id)).all() == [bo.id]


def test_two_absences_that_share_a_day_are_refused_by_the_database(session, ada):
    for start in (10, 11):
        session.add(
            Absence(
                person_id=ada.id,
                starts_on=date(2026, 12, start),
                ends_on=date(2026, 12, 13),
                created_at=NOW,
            )
        )

    with pytest.raises(IntegrityError, match="ex_absence_once"):
        session.flush()


def test_skills_are_ticked_and_unticked(own, ada, session, tokens):
    kept = make_skill(session, "Storytelling", of=ada)
    make_skill(session, "Negotiation", of=ada)
    new = make_skill(session, "C++")

    own.post("/skills", data={"skills": [kept.id, new.id], "csrf_token": tokens(own)})

    have = session.scalars(
        select(PersonSkill.skill_id).where(PersonSkill.person_id == ada.id)
    ).all()
    assert sorted(have) == sorted([kept.id, new.id])


def test_where_somebody_can_go_is_stored(own, ada, session, tokens):
    token = {"csrf_token": tokens(own)}
    seen = []
    for ticked in ({"mobile": "y"}, {"remote_ok": "y"}, {}):
        own.post("/skills", data=ticked | token)
        seen.append((ada.mobile, ada.remote_ok, own.get("/skills").text.count(" checked")))

    assert seen == [(True, False, 1), (False, True, 1), (False, False, 0)]


def test_a_skill_that_is_none_is_refused(own, session, tokens):
    make_skill(session)

    answer = own.post("/skills", data={"skills": [999], "csrf_token": tokens(own)})

    assert answer.status_code == 422


def test_hr_keeps_the_list_and_nobody_else(client, own, ada, session, tokens):
    used = make_skill(session, "Storytelling", of=ada)
    refused = own.post("/skills/list", data={"name": "Mine", "csrf_token": tokens(own)})
    olga = sign_in(client, session, make_person(session, "Olga", roles=[Role.HR]))
    token = {"csrf_token": tokens(olga)}

    olga.post("/skills/list", data={"name": "Negotiation", **token})
    twin = olga.post("/skills/list", data={"name": "NEGOTIATION", **token})
    olga.post(f"/skills/list/{used.id}/rename", data={"name": "Telling stories", **token})
    olga.post(f"/skills/list/{used.id}/remove", data=token)

    assert (refused.status_code, twin.status_code) == (404, 422)
    assert session.scalars(select(Skill.name).order_by(Skill.id)).all() == [
        "Telling stories",
        "Negotiation",
    ]
