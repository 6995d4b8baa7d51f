"""Imports: shown first, then all or nothing, and nothing the second time."""

from datetime import date, timedelta
from time import monotonic

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry, AuditKind
from app.domain.roles import Role
from app.domain.roster.fates import Change, FateKind
from app.domain.roster.people import MAIL_GUARDED
from app.domain.tables import UnreadableTable
from app.people.models import (
    Department,
    ImportDraft,
    ImportKind,
    Membership,
    Person,
    PersonSkill,
    RoleGrant,
    Side,
    Skill,
    Team,
    TeamLead,
)
from app.people.services import imports
from tests.engines import on_one_engine
from tests.factories import (
    LONG_AGO,
    NOW,
    make_department,
    make_lead,
    make_person,
    make_skill,
    make_team,
)

TODAY = date(2026, 11, 23)
HEADER = "Number;Given name;Family name;E-mail;Site;Team;Team since;Joined on;Left on"


@pytest.fixture
def olga(session):
    """Give HR's Olga in a company with the teams Rhine and Elbe."""
    make_team(session, "Rhine")
    make_team(session, "Elbe", department=make_department(session, "Sales", side=Side.SALES))
    return make_person(session, "Olga", number="HR1", email="olga@example.com")


def read(session, olga, text, *, kind=ImportKind.PEOPLE, adds_missing=False):
    content = text if isinstance(text, bytes) else text.encode()
    upload = imports.Upload("people.csv", content, kind, adds_missing)
    draft = imports.keep(session, upload, person_id=olga.id, at=NOW)
    return imports.preview(session, draft, today=TODAY)


def carry_out(session, shown):
    done = imports.apply(session, shown.draft, digest=shown.outlook.digest, today=TODAY, at=NOW)
    session.commit()
    return done


def fates(shown):
    return [fate.kind.value for fate in shown.outlook.fates]


def faults(shown):
    return [(f.line, f.column, f.reason % f.values) for f in shown.outlook.faults]


def lines(*rows):
    return "\n".join([HEADER, *rows])


def test_a_new_person_is_added_with_home_team_and_audit_entry(session, olga):
    shown = read(
        session,
        olga,
        lines("7;Jürgen;Weiß;JUERGEN@example.com;Cologne;Rhine;;01.10.2026;"),
    )

    carry_out(session, shown)

    person = session.scalars(select(Person).where(Person.number == "7")).one()
    assert (person.name, person.email, person.joined_on, person.working_days) == (
        "Jürgen Weiß",
        "juergen@example.com",
        date(2026, 10, 1),
        "12345",
    )
    homes = session.scalars(select(Membership).where(Membership.person_id == person.id)).all()
    assert [(home.starts_on, home.ends_on) for home in homes] == [(date(2026, 10, 1), None)]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == AuditKind.IMPORTED)).one()
    assert entry.detail == {
        "rows": "people",
        "digest": shown.outlook.digest,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
    }
    assert session.scalars(select(ImportDraft)).all() == []


def test_the_same_file_twice_changes_nothing(session, olga):
    make_skill(session, "C++")
    text = "Number;Given name;Family name;E-mail;Site;Team;Joined on;Skills;Working days\n"
    text += "7;Ada;One;ada@example.com;Cologne;Rhine;2026-10-01;C++;Mo-Do\n"
    text += "8;Bo;Two;bo@example.com;cologne;ELBE;2020-01-01;;\n"
    carry_out(session, read(session, olga, text))

    again = read(session, olga, text)

    assert fates(again) == ["unchanged", "unchanged"]
    assert again.outlook.does_nothing


def test_a_file_applied_twice_leaves_the_same_rows(session, olga):
    text = lines("7;Ada;One;ada@example.com;;Rhine;2026-11-02;2026-10-01;2027-01-31")
    carry_out(session, read(session, olga, text))
    before = session.execute(select(Person.version, Membership.id).join(Membership)).all()

    carry_out(session, read(session, olga, text))

    assert session.execute(select(Person.version, Membership.id).join(Membership)).all() == before


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.WORKS_COUNCIL])
def test_file_never_moves_the_address_a_role_hangs_on(session, olga, role):
    make_person(session, "Adam", number="7", email="adam@example.com", roles=[role])

    moved = read(session, olga, lines("7;;;olga.two@example.com;;;;;"))
    kept = read(session, olga, lines("7;;;adam@example.com;;;;;"))

    assert [(f.column, f.reason) for f in moved.outlook.faults] == [("E-mail", MAIL_GUARDED)]
    assert fates(kept) == ["unchanged"]


def test_changes_are_shown_field_by_field(session, olga):
    rhine = session.scalars(select(Team).where(Team.name == "Rhine")).one()
    make_person(session, "Ada", number="7", email="ada@example.com", team=rhine)

    shown = read(session, olga, lines("7;Adele;;ada.x@example.com;;Elbe;2027-01-04;;"))

    assert shown.outlook.fates[0].changes == (
        Change("given_name", "Ada", "Adele"),
        Change("email", "ada@example.com", "ada.x@example.com"),
        Change("team", "Rhine", "Elbe"),
        Change("team_since", "", "2027-01-04"),
    )


def test_a_move_ends_one_home_and_begins_the_next_on_the_day(session, olga):
    rhine = session.scalars(select(Team).where(Team.name == "Rhine")).one()
    ada = make_person(session, "Ada", number="7", team=rhine)

    carry_out(session, read(session, olga, lines("7;;;;;Elbe;2027-01-04;;")))

    homes = session.execute(
        select(Team.name, Membership.starts_on, Membership.ends_on)
        .join(Team)
        .where(Membership.person_id == ada.id)
        .order_by(Membership.starts_on)
    ).all()
    assert homes == [
        ("Rhine", LONG_AGO, date(2027, 1, 4)),
        ("Elbe", date(2027, 1, 4), None),
    ]


def test_history_is_never_rewritten(session, olga):
    rhine = session.scalars(select(Team).where(Team.name == "Rhine")).one()
    make_person(session, "Ada", number="7", team=rhine, joined_on=date(2019, 1, 1))

    shown = read(session, olga, lines("7;;;;;Elbe;2019-06-01;;"))

    assert faults(shown) == [
        (
            2,
            "Team since",
            "There is a change of team on or after 2019-06-01; history is never rewritten.",
        )
    ]


def test_who_leaves_leaves_teams_and_leads(session, olga):
    rhine = session.scalars(select(Team).where(Team.name == "Rhine")).one()
    ada = make_person(session, "Ada", number="7", team=rhine)
    make_lead(session, ada, rhine)

    carry_out(session, read(session, olga, lines("7;;;;;;;;2026-12-31")))

    last = date(2026, 12, 31)
    ends = session.scalars(select(Membership.ends_on).where(Membership.person_id == ada.id)).all()
    leads = session.scalars(select(TeamLead.ends_on).where(TeamLead.person_id == ada.id)).all()
    assert (ends, leads, ada.left_on) == ([last], [last], last)


def test_all_errors_are_named_with_line_column_and_reason(session, olga):
    make_person(session, "Bo", email="bo@example.com")
    shown = read(
        session,
        olga,
        lines(
            "7;Ada;One;nonsense;Cologne;Nowhere;31.02.2026;2026-10-01;",
            ";Bo;Two;x@example.com;Cologne;Rhine;;2026-10-01;",
            "8;Cy;Three;bo@example.com;Berlin;Rhine;;2026-10-01;2026-09-01",
            "8;Cy;;;;;;;",
        ),
    )

    assert faults(shown) == [
        (2, "Team", "There is no team “Nowhere”."),
        (2, "Team since", "This is not a day. Please write 2026-12-01 or 01.12.2026."),
        (2, "E-mail", "This is not an e-mail address we can send to."),
        (3, "Number", "Every row needs this."),
        (4, "Number", "Line 5 has the same number."),
        (4, "E-mail", "This address already belongs to somebody else."),
        (4, "Site", "There is no site “Berlin”."),
        (4, "Left on", "The last day must come after the first."),
        (5, "Number", "Line 4 has the same number."),
        (5, "Family name", "A new person needs this."),
        (5, "E-mail", "A new person needs this."),
        (5, "Joined on", "A new person needs this."),
        (5, "Site", "A new person needs a site or a team."),
    ]


def test_one_refused_row_stops_the_whole_file(session, olga):
    shown = read(
        session,
        olga,
        lines("7;Ada;One;ada@example.com;Cologne;;;2026-10-01;", "8;Bo;;;;;;;"),
    )

    with pytest.raises(imports.HasRefusedRows):
        imports.apply(session, shown.draft, digest=shown.outlook.digest, today=TODAY, at=NOW)

    assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_what_changed_since_the_preview_is_shown_anew(session, olga):
    ada = make_person(session, "Ada", number="7")
    shown = read(session, olga, lines("7;Adele;;;;;;;"))
    ada.given_name = "Adelheid"
    session.flush()

    with pytest.raises(imports.ChangedMeanwhile):
        imports.apply(session, shown.draft, digest=shown.outlook.digest, today=TODAY, at=NOW)

    assert ada.given_name == "Adelheid"


def test_no_file_gives_a_role_or_a_lead(session, olga):
    make_person(session, "Ada", number="7")
    text = "Number;Job title;Role;Teamleitung;Lead of;hr\n7;Boss;administrator;Rhine;Rhine;yes\n"

    shown = read(session, olga, text)
    carry_out(session, shown)

    assert shown.heading.rights == ("Role", "Teamleitung", "Lead of", "hr")
    assert session.scalars(select(RoleGrant)).all() == []
    assert session.scalars(select(TeamLead)).all() == []


def test_people_who_are_not_in_the_file_stay(session, olga):
    make_person(session, "Ada", number="7")

    carry_out(session, read(session, olga, lines("8;Bo;Two;bo@example.com;Cologne;;;2026-10-01;")))

    assert session.scalars(select(Person.number).order_by(Person.number)).all() == ["7", "8", "HR1"]


def test_unknown_columns_are_named_and_left_out(session, olga):
    shown = read(session, olga, "Number;Shoe size;Given name\nHR1;42;Olga\n")

    assert shown.heading.ignored == ("Shoe size",)
    assert fates(shown) == ["unchanged"]


def test_missing_teams_and_skills_are_made_only_when_asked_for(session, olga):
    text = (
        "Number;Given name;Family name;E-mail;Site;Department;Team;Joined on;Skills\n"
        "7;Ada;One;ada@example.com;Cologne;Service;Mosel;2026-10-01;Patience\n"
    )

    refused = read(session, olga, text)
    shown = read(session, olga, text, adds_missing=True)
    carry_out(session, shown)

    assert faults(refused) == [
        (2, "Team", "There is no team “Mosel” in “Service”."),
        (2, "Skills", "There is no skill “Patience”."),
    ]
    assert shown.outlook.additions.departments == ("Service",)
    assert [team.name for team in shown.outlook.additions.teams] == [("Service", "Mosel")]
    assert session.scalars(select(Skill.name)).all() == ["Patience"]
    assert session.scalar(select(func.count()).select_from(PersonSkill)) == 1
    assert session.scalars(select(Department.side).where(Department.name == "Service")).all() == [
        Side.OTHER
    ]


def test_a_file_of_teams_makes_and_changes_teams(session, olga):
    text = (
        "Abteilung;Team;Seite;Standort;Mindestbesetzung;Aufgabe\n"
        "Marketing;Rhine;;;3;Plans campaigns.\n"
        "Vertrieb Süd;Isar;Vertrieb;Cologne;2;\n"
    )

    shown = read(session, olga, text, kind=ImportKind.TEAMS)
    carry_out(session, shown)

    assert fates(shown) == ["changed", "new"]
    assert fates(read(session, olga, text, kind=ImportKind.TEAMS)) == ["unchanged", "unchanged"]
    rows = session.execute(
        select(Team.name, Department.side, Team.minimum_present, Team.version)
        .join(Department)
        .order_by(Team.id)
    ).all()
    assert rows == [
        ("Rhine", Side.MARKETING, 3, 2),
        ("Elbe", Side.SALES, 0, 1),
        ("Isar", Side.SALES, 2, 1),
    ]


def test_twin_addresses_in_other_letters_are_one_address(session, olga):
    shown = read(
        session,
        olga,
        lines(
            "7;Ada;One;ADA@example.com;Cologne;;;2026-10-01;",
            "8;Ada;Two;ａｄａ@example.com;Cologne;;;2026-10-01;",
            "9;Ada;Three;аda@example.com;Cologne;;;2026-10-01;",  # a Cyrillic letter
        ),
    )

    assert [(line, reason) for line, _, reason in faults(shown)] == [
        (2, "Line 3 has the same address."),
        (3, "Line 2 has the same address."),
        (4, "This is not an e-mail address we can send to."),
    ]


def test_a_read_file_is_its_senders_alone_and_expires(session, olga):
    draft = read(session, olga, lines("7;;;;;;;;")).draft
    ada = make_person(session, "Ada")

    assert imports.find(session, draft.id, person_id=ada.id, at=NOW) is None
    assert imports.find(session, draft.id, person_id=olga.id, at=NOW) == draft
    late = NOW + timedelta(hours=24)
    assert imports.find(session, draft.id, person_id=olga.id, at=late) is None
    imports.forget_expired(session, now=late)
    assert session.scalars(select(ImportDraft)).all() == []


HOSTILE = {
    "nothing": b"",
    "blanks": b" \r\n \n",
    "header only": b"Number;Given name\n",
    "zero byte": b"Number\n7\x00\n",
    "unbalanced": b'Number;Given name\n7;"Ada\n8;Bo\n',
    "quote in the middle": b'Number;Given name\n7;"Ada"x\n',
    "ten thousand columns": b"Number" + b";x" * 10_000 + b"\n7\n",
    "too many rows": b"Number\n" + b"7\n" * 5001,
    "a huge cell": b"Number\n" + b"x" * 1_048_576 + b"\n",
    "too large": b"Number\n" + b"1\n" * 1_048_576,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a broken zip": b"PK\x03\x04 nonsense",
    "no known encoding": b"Number\n\x81\x8d\x90\n",
    "no number column": b"Given name\nAda\n",
    "two number columns": b"Number;Nummer\n7;7\n",
    "half a character": "Number\nü".encode("utf-16")[:-1],
}


@on_one_engine
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_read_is_refused_in_words(session, olga, name):
    with pytest.raises(UnreadableTable) as refused:
        read(session, olga, HOSTILE[name])

    assert str(refused.value)
    assert session.scalars(select(ImportDraft)).all() == []


@on_one_engine
@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("7", "Ada\u202egnp.exe"),
        ("7", "Ada\x07"),
        ("7", "x" * 81),
        ("7", "x" * 2001),
        ("8" * 41, "Ada"),
    ],
)
def test_hostile_cells_are_refused_in_their_place(session, olga, number, name):
    row = f"{number};{name};One;ada@example.com;Cologne;;;2026-10-01;"

    shown = read(session, olga, lines(row))

    assert fates(shown) == ["refused"]
    assert shown.outlook.faults[0].line == 2


def test_formulas_markup_and_towers_stay_the_text_they_are(session, olga):
    names = ["=HYPERLINK(1)", "<script>", "Z̴͓͑a̷̳͝l", "👩\u200d🚀", "O'Hara", "'=x", "--"]
    rows = [
        f'{n};"{name}";One;p{n}@example.com;Cologne;;;2026-10-01;'
        for n, name in enumerate(names, start=10)
    ]

    carry_out(session, read(session, olga, lines(*rows)))

    stored = session.scalars(
        select(Person.given_name).where(Person.number != "HR1").order_by(Person.number)
    ).all()
    # A file's apostrophe before a formula is an export's mark and is taken off again.
    assert stored == ["=HYPERLINK(1)", "<script>", "Z̴͓͑a̷̳͝l", "👩\u200d🚀", "O'Hara", "=x", "--"]


def test_five_thousand_people_take_few_statements(session, olga, count_statements):
    rows = [
        f"{n};Given{n};Family{n};p{n}@example.com;Cologne;Rhine;;2026-10-01;"
        for n in range(1000, 6000)
    ]
    draft = read(session, olga, lines(*rows)).draft
    started = monotonic()

    with count_statements() as shown_by:
        shown = imports.preview(session, draft, today=TODAY)
    with count_statements() as done_by:
        carry_out(session, shown)

    took = monotonic() - started
    assert shown.outlook.counts[FateKind.NEW] == 5000
    assert session.scalar(select(func.count()).select_from(Membership)) == 5000
    assert len(shown_by) <= 11
    assert len([text for text in done_by if not text.startswith("INSERT")]) <= 20
    assert took < 40  # seconds
