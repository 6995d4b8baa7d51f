"""HR keeps the catalogue: writes, changes, retires, and sees who waits for a date."""

import csv
import io

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditKind
from app.gatherings.models import Course, CourseAudience, CourseInterest, CoursePrerequisite
from app.outbox.models import Notice
from tests.factories import NOW, make_person
from tests.gatherings.makers import make_course, make_gathering, make_interest

FORM = {
    "topic": "coaching",
    "minutes": "480",
    "validity_months": "24",
    "needs_approval": "y",
    "title_de": "Kollegiale Beratung",
    "title_en": "Peer consulting",
    "summary_de": "Sechs Menschen, ein Fall.",
    "summary_en": "Six people, one case.",
    "goals_de": "Fragen\nZuhören",
    "goals_en": "Ask\nListen",
    "joint_task_de": "Gründen Sie eine Gruppe aus drei Abteilungen.",
    "joint_task_en": "Found a group from three departments.",
}


@pytest.fixture
def hr(cast, signed_in):
    return signed_in(cast.olga)


def wording(course):
    return {name: getattr(course, name) for name in FORM if "_de" in name or "_en" in name}


def test_hr_writes_a_course_in_both_languages(session, cast, hr):
    first = make_course(session)

    answer = hr.post(
        "/courses/", **FORM, departments=[cast.sales.id], required=[first.id], request_key="k" * 24
    )

    made = session.scalar(select(Course).where(Course.title_en == "Peer consulting"))
    assert (answer.status_code, answer.location) == (303, f"/courses/{made.id}")
    assert wording(made) == {k: v for k, v in FORM.items() if "_de" in k or "_en" in k}
    assert (made.minutes, made.validity_months, made.needs_approval) == (480, 24, True)
    assert session.scalars(select(CourseAudience.department_id)).all() == [cast.sales.id]
    assert session.scalars(select(CoursePrerequisite.required_id)).all() == [first.id]
    assert session.scalar(select(AuditEntry.subject).order_by(AuditEntry.id.desc())) == (
        f"course:{made.id}"
    )


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"topic": "astrology"}, "topic", "Invalid Choice"),
        ({"minutes": "14"}, "minutes", "Number must be between 15 and 30000."),
        ({"minutes": "a day"}, "minutes", "Not a valid integer value."),
        ({"validity_months": "0"}, "validity_months", "Number must be between 1 and 240."),
        ({"title_de": " "}, "title_de", "Please fill in this field."),
        ({"title_en": "a" * 161}, "title_en", "Field cannot be longer than 160 characters."),
        ({"title_en": "Known", "title_de": "Neu"}, "title_en", "already has this title"),
        ({"title_en": "New", "title_de": "BEKANNT"}, "title_en", "already has this title"),
        ({"summary_de": ""}, "summary_de", "Please fill in this field."),
        ({"goals_en": "a\u202eb"}, "goals_en", "invisible control characters"),
        ({"goals_de": "\n".join("abcdefghijklm")}, "goals_de", "at most 12 goals"),
        ({"joint_task_en": ""}, "joint_task_en", "Please fill in this field."),
        ({"departments": "4711"}, "departments", "not a valid choice"),
        ({"required": "x"}, "required", "Invalid choice"),
    ],
)
def test_a_wrong_course_is_said_beside_its_field(session, hr, wrong, field, message):
    make_course(session, title_en="Known", title_de="Bekannt")

    answer = hr.post("/courses/", **(FORM | wrong))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert session.scalars(select(Course.title_en)).all() == ["Known"]


def test_prerequisites_never_lead_back(session, hr):
    first = make_course(session, "First")
    second = make_course(session, "Second", requires=[first])
    third = make_course(session, "Third", requires=[second])

    answer = hr.post(f"/courses/{first.id}/edit", **FORM, version="1", required=[third.id])

    page = answer.get_data(as_text=True)
    said = page.split('id="required-error"')[1].split("</p>")[0]
    assert answer.status_code == 422
    assert f"“{third.title_en}” in turn asks for this course" in said
    assert f"{third.title_en} → {second.title_en} → {first.title_en}" in said
    assert session.scalars(select(CoursePrerequisite.course_id)).all() == [second.id, third.id]


def test_both_versions_are_shown_when_somebody_was_faster(session, hr):
    course = make_course(session)
    hr.post(f"/courses/{course.id}/edit", **FORM, version="1")

    answer = hr.post(f"/courses/{course.id}/edit", **(FORM | {"minutes": "60"}), version="1")

    page = answer.get_data(as_text=True)
    stored = session.scalar(select(Course))
    assert answer.status_code == 409
    assert [text in page for text in ("Someone changed this", "480", 'value="60"')] == [True] * 3
    assert f'name="version" type="hidden" value="{stored.version}"' in page
    assert stored.minutes == 480


def test_another_audience_alone_is_another_version(session, cast, hr):
    course = make_course(session)
    page = hr.page(f"/courses/{course.id}/edit")
    same = {name: getattr(course, name) for name in FORM if "_de" in name or "_en" in name}
    same |= {"topic": course.topic.value, "minutes": str(course.minutes)}

    answer = hr.post(f"/courses/{course.id}/edit", **same, version="1", departments=[cast.sales.id])

    assert 'name="departments"' in page
    assert answer.status_code == 303
    assert session.scalar(select(Course.version)) == 2


def test_who_waits_is_told_in_their_language_when_a_course_goes(session, cast, hr):
    course = make_course(session)
    cast.bo.locale = "de"
    for person in (cast.ada, cast.bo):
        make_interest(session, course, person)

    hr.post(f"/courses/{course.id}/retire", version="1")

    told = session.execute(select(Notice.person_id, Notice.params).order_by(Notice.person_id))
    assert [tuple(row) for row in told] == [
        (cast.ada.id, {"course": course.title_en}),
        (cast.bo.id, {"course": course.title_de}),
    ]
    assert len(session.scalars(select(CourseInterest)).all()) == 2


def test_a_retired_course_comes_back(session, hr):
    course = make_course(session)

    gone = hr.post(f"/courses/{course.id}/retire", version="1")
    page = hr.page(f"/courses/{course.id}")
    twice = hr.post(f"/courses/{course.id}/retire", version="2")
    back = hr.post(f"/courses/{course.id}/bring-back", version="2")

    assert (gone.status_code, twice.status_code, back.status_code) == (303, 409, 303)
    assert "No longer offered since" in page
    assert session.scalar(select(Course.retired_on)) is None


def test_a_course_is_not_retired_over_somebody_elses_change(session, hr):
    course = make_course(session)

    answer = hr.post(f"/courses/{course.id}/retire", version="7")

    assert answer.status_code == 409
    assert session.scalar(select(Course.retired_on)) is None


def test_hr_sees_who_waits_longest_first_and_may_take_the_list(session, cast, hr):
    course = make_course(session)
    make_interest(session, course, cast.bo, since=NOW)
    make_interest(session, course, cast.ada, since=NOW.replace(day=20))
    make_interest(session, course, make_person(session, "Gone", left_on=NOW.date()))

    page = hr.page(f"/courses/{course.id}")
    file = hr.get(f"/courses/{course.id}?format=csv")

    rows = list(csv.reader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff"))))
    assert "2 people wait for a date." in page
    assert page.index("Ada Test") < page.index("Bo Test")
    assert [row[:2] for row in rows] == [
        ["Name", "Team"],
        ["Test, Ada", "Rhine"],
        ["Test, Bo", "Elbe"],
    ]
    assert session.scalar(select(AuditEntry.subject).order_by(AuditEntry.id.desc())) == (
        "list:course_interest"
    )


def test_the_catalogue_is_searched_filtered_sorted_and_exported(session, cast, hr):
    wanted = make_course(session, "Ärger", topic="conflict_management", minutes=60)
    make_course(session, "Zuhören", minutes=30, retired_on=NOW.date())
    make_interest(session, wanted, cast.ada)
    make_gathering(session, course=wanted)

    found = {
        query: hr.page(f"/courses/?{query}").count("Ärger") > 0
        for query in ("q=arger", "q=coach", "topic=coaching", "state=retired", "waiting=1")
    }
    file = hr.get("/courses/?format=csv&sort=-minutes").get_data(as_text=True)
    kinds = session.scalars(select(AuditEntry.kind)).all()

    lines = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))[1:]
    assert found == {
        "q=arger": True,
        "q=coach": False,
        "topic=coaching": False,
        "state=retired": False,
        "waiting=1": True,
    }
    assert [(line[3], line[5], line[7]) for line in lines] == [("60", "1", "1"), ("30", "0", "0")]
    assert AuditKind.LIST_EXPORTED in kinds


@pytest.mark.parametrize("path", ["", "new", "{id}", "{id}/edit", "sessions/"])
@pytest.mark.parametrize("who", ["ada", "lea", "tina"])
def test_only_hr_finds_the_pages(session, cast, signed_in, path, who):
    course = make_course(session)

    answer = signed_in(getattr(cast, who)).get(f"/courses/{path.format(id=course.id)}")

    assert answer.status_code == 404


@pytest.mark.parametrize("courses", [1, 3])
def test_the_list_asks_the_same_number_of_times(session, cast, hr, count_statements, courses):
    for number in range(courses):
        course = make_course(session, f"Course {number}")
        make_interest(session, course, cast.ada)
        make_gathering(session, course=course)
    hr.page("/courses/")

    with count_statements() as statements:
        hr.page("/courses/")

    assert len(statements) <= 9
    assert sum("FROM course" in statement for statement in statements) == 2
