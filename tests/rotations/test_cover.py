"""Who is away and who comes: per team and week, people named, too few marked."""

from datetime import UTC, date, datetime

import pytest

from app.domain.presence import Away, Member, weeks
from app.domain.timespan import Days
from app.people.models import Absence, PublicHoliday
from app.rotations.queries.cover import cover, teams_for
from tests.factories import NOW, StayCompany, make_person, make_placement, make_stay

MONDAY = date(2027, 3, 1)
ALWAYS = Days(date(2020, 1, 1), date(9999, 1, 1))


@pytest.fixture
def company(session, clock):
    company = StayCompany(session)
    clock.move_to(datetime(2027, 2, 24, 9, 0, tzinfo=UTC))
    return company


def present(members, away, holidays=()):
    return [week.present for week in weeks(MONDAY, 2, members, away, holidays)]


def test_week_counts_the_fewest_on_any_working_day():
    members = [Member(1, ALWAYS, "12345"), Member(2, ALWAYS, "12345")]
    wednesday = Away(1, Days(date(2027, 3, 3), date(2027, 3, 4)))

    assert present(members, [wednesday]) == [1, 2]


def test_part_of_the_working_time_counts_as_a_part():
    members = [Member(1, ALWAYS, "12345"), Member(2, ALWAYS, "12345")]
    half = Away(1, Days(date(2027, 3, 1), date(2027, 3, 8)), share=50)
    whole = Away(1, Days(date(2027, 3, 2), date(2027, 3, 3)))

    assert present(members, [half]) == [1.5, 2]
    assert present(members, [half, whole]) == [1, 2]  # nobody is missing twice


def test_public_holiday_and_own_free_weekday_do_not_count():
    members = [Member(1, ALWAYS, "1245"), Member(2, ALWAYS, "12345")]
    away = [
        Away(1, Days(date(2027, 3, 3), date(2027, 3, 4))),  # does not work on Wednesdays
        Away(2, Days(date(2027, 3, 4), date(2027, 3, 5))),
    ]

    assert present(members, away, {date(2027, 3, 4)}) == [2, 2]


def test_week_of_holidays_only_has_no_day_that_counts():
    holidays = {date(2027, 3, day) for day in range(1, 6)}
    first, second = weeks(MONDAY, 2, [Member(1, ALWAYS, "12345")], [], holidays)

    assert (first.day, second.day) == (None, date(2027, 3, 8))


def test_people_count_while_they_belong_to_the_team():
    members = [Member(1, ALWAYS, "12345"), Member(2, Days(date(2027, 3, 10), ALWAYS.end), "12345")]

    assert present(members, []) == [1, 1]


def test_lead_sees_who_goes_who_is_off_and_who_comes(session, company):
    make_stay(session, company.ada, company.short, company.home)
    fair = make_placement(session, company.round, company.home, "Trade fair")
    make_stay(session, company.ben, fair, company.host)
    session.add(
        Absence(
            person_id=company.rita.id,
            starts_on=date(2027, 3, 8),
            ends_on=date(2027, 3, 10),
            created_at=NOW,
        )
    )
    session.flush()

    found = cover(session, teams_for(session, [company.home.id]), today=date(2027, 2, 24))

    lines = found[0].lines
    assert len(lines) == 12
    assert [
        (
            line.week.starts_on,
            line.week.present,
            [stay.person.name for stay in line.out],
            [stay.person.name for stay in line.guests],
            [person.name for person in line.off],
            line.is_short,
        )
        for line in lines[:3]
    ] == [
        (date(2027, 2, 22), 2, [], [], [], False),
        (date(2027, 3, 1), 1, ["Ada Test"], ["Ben Test"], [], True),
        (date(2027, 3, 8), 0, ["Ada Test"], ["Ben Test"], ["Rita Test"], True),
    ]


def test_holidays_of_the_site_are_left_out(session, company):
    make_stay(session, company.ada, company.short, company.home)
    for day in range(1, 6):
        session.add(
            PublicHoliday(
                site_id=company.home.site_id,
                day=date(2027, 3, day),
                name_de="Feiertag",
                name_en="Holiday",
            )
        )
    session.flush()

    found = cover(session, teams_for(session, [company.home.id]), today=date(2027, 3, 1))

    assert [line.is_short for line in found[0].lines[:2]] == [False, True]


@pytest.mark.parametrize(
    ("who", "status"), [("rita", 200), ("bo", 404), ("olga", 200), ("ada", 404), ("kim", 404)]
)
def test_team_is_shown_to_its_leads_and_hr_only(signed_in, session, company, who, status):
    page = signed_in(getattr(company, who)).get(f"/cover/?team={company.home.id}")

    assert page.status_code == status


def test_too_few_people_are_marked_in_words(signed_in, session, company):
    make_stay(session, company.ada, company.short, company.home)

    page = signed_in(company.rita).get("/cover/").text

    assert "Too few on Mar 1, 2027" in page
    assert "Ada Test" in page


def test_unknown_team_is_not_found(signed_in, session, company):
    visitor = signed_in(company.rita)

    wanted = ("x", "99999", "9" * 40, f"{company.home.id:09}9", "\u00b2")
    statuses = [visitor.get(f"/cover/?team={text}").status_code for text in wanted]

    assert statuses == [404] * 5


def test_cover_takes_as_many_statements_for_three_stays_as_for_one(
    signed_in, session, company, count_statements
):
    visitor = signed_in(company.rita)
    make_stay(session, company.ada, company.short, company.home)
    visitor.get("/cover/")
    with count_statements() as one:
        visitor.get("/cover/")
    for name in ("Uli", "Eva"):
        make_stay(
            session, make_person(session, name, team=company.home), company.long, company.home
        )
    with count_statements() as three:
        visitor.get("/cover/")

    assert len(three) == len(one)
