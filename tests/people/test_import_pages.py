"""Sending a file, looking at its preview, applying it."""

import re
from io import BytesIO
from time import monotonic
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from app.domain.roles import Role
from app.people.models import ImportDraft, Person
from tests.engines import on_one_engine
from tests.factories import make_person, make_skill, make_team, sign_in

pytestmark = pytest.mark.usefixtures("clock")
HEADER = "Personalnummer;Vorname;Nachname;E-Mail;Standort;Team;Eintritt"


@pytest.fixture
def olga(session):
    """Give HR's Olga in a company with the team Rhine."""
    make_team(session, "Rhine")
    return make_person(session, "Olga", number="HR1", roles=[Role.HR])


@pytest.fixture
def hr(client, session, olga):
    """Give Olga's browser."""
    return sign_in(client, session, olga)


def send(browser, token, content, *, name="people.csv", kind="people"):
    """Post the file as a browser does; in memory, so that no test leaves a file open."""
    fields = {"kind": kind, "csrf_token": token}
    parts = [f'name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    parts.append(f'name="file"; filename="{name}"\r\n\r\n'.encode() + content)
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    kind = "multipart/form-data; boundary=x"
    return browser.post("/imports", data=body + b"--x--\r\n", content_type=kind)


def digest(page):
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page.text)[1]


def rows(*lines):
    return "\r\n".join([HEADER, *lines]).encode()


def workbook(*lines):
    book = Workbook()
    for line in lines:
        book.worksheets[0].append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_file_is_sent_shown_and_applied(hr, session, tokens):
    token = tokens(hr)
    sent = send(hr, token, rows("7;Ada;One;ada@example.com;Cologne;Rhine;2026-10-01"))
    shown = hr.get(sent.headers["Location"])
    before = session.scalar(select(func.count()).select_from(Person))

    done = hr.post(
        f"{sent.headers['Location']}/apply",
        data={"digest": digest(shown), "csrf_token": token},
    )

    assert (sent.status_code, shown.status_code, done.status_code) == (303, 200, 303)
    assert "Ada One (7)" in shown.text
    assert before == 1
    assert session.scalars(select(Person.number).order_by(Person.number)).all() == ["7", "HR1"]


def test_applying_twice_does_it_once(hr, session, tokens):
    token = tokens(hr)
    sent = send(hr, token, rows("7;Ada;One;ada@example.com;Cologne;;2026-10-01"))
    path = sent.headers["Location"]
    form = {"digest": digest(hr.get(path)), "csrf_token": token, "request_key": "k" * 20}

    first = hr.post(f"{path}/apply", data=form)
    second = hr.post(f"{path}/apply", data=form)

    assert (first.headers["Location"], second.headers["Location"]) == ("/people", "/people")
    assert session.scalar(select(func.count()).select_from(Person)) == 2


def test_a_preview_that_no_longer_holds_is_shown_anew(hr, session, tokens):
    token = tokens(hr)
    sent = send(hr, token, rows("7;Ada;One;ada@example.com;Cologne;;2026-10-01"))
    path = sent.headers["Location"]
    old = digest(hr.get(path))
    make_person(session, "Ada", number="7", email="ada@example.com", family_name="Two")

    answer = hr.post(f"{path}/apply", data={"digest": old, "csrf_token": token})

    assert answer.status_code == 409
    assert digest(answer) != old
    assert session.scalars(select(Person.family_name).where(Person.number == "7")).all() == ["Two"]


def test_a_file_with_wrong_rows_cannot_be_applied(hr, session, tokens):
    token = tokens(hr)
    sent = send(hr, token, rows("7;Ada;One;nonsense;Cologne;;2026-10-01"))
    shown = hr.get(sent.headers["Location"])

    forced = hr.post(
        f"{sent.headers['Location']}/apply", data={"digest": "0" * 64, "csrf_token": token}
    )

    assert "This is not an e-mail address we can send to." in shown.text
    assert "/apply" not in shown.text
    assert forced.status_code == 409
    assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_fates_are_filtered_and_paged(hr, session, tokens):
    lines = [f"{n};P{n};One;p{n}@example.com;Cologne;;2026-10-01" for n in range(100, 160)]
    sent = send(hr, tokens(hr), rows(*lines, "HR1;Olga;;;;;"))
    path = sent.headers["Location"]

    second = hr.get(f"{path}?fate=new&page=2")
    unchanged = hr.get(f"{path}?fate=unchanged")

    assert re.findall(r"P\d+ One \((\d+)\)", second.text) == [str(n) for n in range(125, 150)]
    assert re.findall(r'<th scope="row">([^<]+)</th>', unchanged.text) == ["Olga Test (HR1)"]


def test_cells_come_back_escaped(hr, session, tokens):
    evil = "<script>alert(1)</script>"
    sent = send(hr, tokens(hr), rows(f"7;{evil};One;a@example.com;Cologne;;2026-10-01"))

    shown = hr.get(sent.headers["Location"])

    assert evil not in shown.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown.text


def test_another_ones_file_does_not_exist(hr, client, session, tokens):
    path = send(hr, tokens(hr), rows("7;;;;;;")).headers["Location"]
    other = sign_in(client, session, make_person(session, "Otto", roles=[Role.HR]))
    token = tokens(other)

    statuses = [
        other.get(path).status_code,
        other.post(f"{path}/apply", data={"csrf_token": token}).status_code,
        other.post(f"{path}/discard", data={"csrf_token": token}).status_code,
    ]

    assert statuses == [404, 404, 404]
    assert session.scalar(select(func.count()).select_from(ImportDraft)) == 1


@on_one_engine
@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "This file is empty."),
        (b"%PDF-1.7 nonsense", 422, "This is neither a CSV file nor an Excel file"),
        (b"Personalnummer\n7\x00", 422, "Line 2 holds a zero byte."),
        (b'Personalnummer\n"7', 422, "The quotation marks do not match from line 2 on."),
        (b"x" * (2 * 1024 * 1024 + 1), 413, "This file is larger than 2 MB."),
    ],
)
def test_an_unreadable_file_is_refused_beside_its_field(hr, session, tokens, content, status, said):
    answer = send(hr, tokens(hr), content)

    assert answer.status_code == status
    assert said in answer.text
    assert session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_forty_mebibytes_are_refused_before_they_are_read(hr, tokens):
    assert send(hr, tokens(hr), b"x" * (40 * 1024 * 1024)).status_code == 413


@on_one_engine
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_encoding_and_separator_is_understood(hr, session, tokens, encoding, separator):
    line = "7;Jürgen;Weiß;j@example.com;Cologne;Rhine;01.10.2026"
    text = f"{HEADER}\n{line}".replace(";", separator)

    shown = hr.get(send(hr, tokens(hr), text.encode(encoding)).headers["Location"])

    assert "Jürgen Weiß (7)" in shown.text
    assert len(digest(shown)) == 64


def test_a_workbook_is_read_like_a_csv_file(hr, session, tokens):
    content = workbook(
        HEADER.split(";"), [7.0, "=1+1", "Weiß", "j@example.com", "Cologne", None, "2026-10-01"]
    )

    shown = hr.get(send(hr, tokens(hr), content, name="people.csv").headers["Location"])

    assert "=1+1 Weiß (7)" in shown.text


def test_a_zip_bomb_is_refused_before_it_is_unpacked(hr, session, tokens):
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 1024 * 1024))

    answer = send(hr, tokens(hr), out.getvalue(), name="bomb.xlsx")

    assert answer.status_code == 422
    assert "unpacks to more than we take" in answer.text


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
DOCTYPE = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@on_one_engine
@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (SHEET + b'<row r="1">' + b"<c/>" * 100_000, "unpacks to more than we take"),
        (SHEET + b"<row/>" * 700_000, "unpacks to more than we take"),
        (
            SHEET
            + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
            "more than 5000 rows",
        ),
        (DOCTYPE + SHEET + b"</sheetData></worksheet>", "damaged or protected"),
    ],
)
def test_a_workbook_made_to_hurt_is_refused_soon(hr, session, tokens, sheet, said):
    out = BytesIO()
    with (
        ZipFile(BytesIO(workbook(["Number"], ["7"]))) as good,
        ZipFile(out, "w", ZIP_DEFLATED) as packed,
    ):
        for name in good.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            packed.writestr(name, sheet if is_sheet else good.read(name))
    token, started = tokens(hr), monotonic()

    answer = send(hr, token, out.getvalue(), name="people.xlsx")

    assert answer.status_code == 422
    assert said in answer.text
    assert monotonic() - started < 10


@pytest.mark.parametrize("part", [b"", b"<workbook", b"\xff" * 99])
def test_a_damaged_workbook_is_refused(hr, session, tokens, part):
    out = BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", part)

    answer = send(hr, tokens(hr), out.getvalue(), name="people.xlsx")

    assert answer.status_code == 422


@pytest.mark.parametrize("kind", ["people", "teams"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_can_be_imported_as_it_is(hr, session, tokens, kind, form):
    make_skill(session, "Storytelling")
    template = hr.get(f"/imports/template/{kind}.{form}").data

    sent = send(hr, tokens(hr), template, kind=kind, name=f"x.{form}")
    shown = hr.get(sent.headers["Location"])

    assert sent.status_code == 303
    assert "There is no site “Hamburg”." in shown.text
    if form == "xlsx":
        notes = load_workbook(BytesIO(template)).worksheets[1]
        assert all(row[1] for row in notes.values)


def test_everything_exported_and_imported_again_changes_nothing(hr, session, tokens):
    rhine = make_team(session, "Mosel")
    for number, name in enumerate(["=1+1", "'=x", "+49", "O'Hara", "Ä ö", "-", "@x", "''+"]):
        person = make_person(
            session, name, number=f"N{number}", email=f"n{number}@example.com", team=rhine
        )
        make_skill(session, "Verhandeln", of=person)
    token = tokens(hr)

    for form in ("csv", "xlsx"):
        exported = hr.post("/people/export", data={"format": form, "csrf_token": token})
        sent = send(hr, token, exported.data, name=f"people.{form}")
        shown = hr.get(sent.headers["Location"])

        assert "Everything in this file is already so." in shown.text


@pytest.mark.parametrize("people", [1, 3])
def test_a_preview_asks_the_database_the_same_number_of_times(
    hr, session, tokens, count_statements, people
):
    lines = [f"{n};P{n};One;p{n}@example.com;Cologne;Rhine;2026-10-01" for n in range(people)]
    path = send(hr, tokens(hr), rows(*lines)).headers["Location"]

    with count_statements() as statements:
        hr.get(path)

    assert len(statements) == 13
