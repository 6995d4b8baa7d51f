"""My data for everybody; the data of those who left for HR, to read for the works council."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditKind
from app.domain.roles import Role
from app.privacy.models import Erasure, ErasureRule
from app.privacy.queries.register import register
from app.privacy.views import own_data as view
from tests.factories import (
    make_application,
    make_person,
    make_placement,
    make_round,
    make_team,
    sign_in,
)
from tests.people.door import good_token

LEFT = date(2026, 10, 1)


@pytest.fixture
def visit(client, session, clock):
    def of(person):
        return sign_in(client, session, person, at=clock.now())

    return of


@pytest.fixture
def leaver(session):
    return make_person(session, "Quirina", family_name="Zwölfender", left_on=LEFT)


def send(client, path, **fields):
    return client.post(path, data={"csrf_token": good_token(client), **fields})


def make_applicant(session):
    """Ada, of team Rhine, with a wish for a place at Elbe."""
    rhine, elbe = make_team(session), make_team(session, "Elbe")
    ada = make_person(session, "Ada", team=rhine)
    spring = make_round(session)
    place = make_placement(session, spring, elbe, title="Fair stand")
    make_application(session, spring, ada, rhine, [place], motivation="=SUM(1) I want to learn")
    return ada


def test_everything_is_listed_with_what_it_is_for(visit, session):
    page = visit(make_applicant(session)).get("/account/data").text

    assert "So that you get a place, everybody knows what was agreed" in page
    for label in ("Record", "Teams through time", "Applications for places", "Places wished for"):
        assert label in page
    assert "Certificates earned" not in page  # nothing is there


def test_json_file_holds_every_column_but_secrets(visit, session):
    ada = make_applicant(session)

    answer = send(visit(ada), "/account/data/file", format="json")

    whole = json.loads(answer.data)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=tandem-my-data")
    assert whole["data"]["application"][0]["motivation"] == "=SUM(1) I want to learn"
    assert whole["data"]["choice"][0]["placement_id_name"] == "Fair stand"
    for name, rows in whole["data"].items():
        table, personal = register()[name]
        columns = set(table.columns.keys())
        for row in rows:
            assert set(row) & columns == columns - set(personal.secrets)
    assert not any("token_hash" in row for rows in whole["data"].values() for row in rows)


def test_csv_files_are_safe_for_spreadsheets(visit, session):
    answer = send(visit(make_applicant(session)), "/account/data/file", format="csv")

    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    text = archive.read("application.csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["motivation"] == "'=SUM(1) I want to learn"
    assert "person.csv" in archive.namelist()


def test_nobody_gets_another_persons_data(visit, session):
    ada = make_applicant(session)
    bo = make_person(session, "Bo")

    whole = send(visit(bo), "/account/data/file", format="json").data.decode()

    assert "I want to learn" not in whole
    assert ada.email not in whole


def test_taking_data_along_leaves_a_trace(visit, session):
    ada = make_applicant(session)

    send(visit(ada), "/account/data/file", format="json")

    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.kind == AuditKind.OWN_DATA_TAKEN)
    ).one()
    assert (entry.actor_id, entry.subject, entry.detail) == (
        ada.id,
        f"person:{ada.id}",
        {"format": "json"},
    )


def test_another_format_is_refused(visit, session):
    assert (
        send(visit(make_applicant(session)), "/account/data/file", format="exe").status_code == 422
    )


def test_cells_hold_lists_as_json():
    assert (view._cell({"a": 1}), view._cell("x")) == ('{"a": 1}', "x")


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_leavers_are_no_business_of_others(visit, session, leaver, role):
    client = visit(make_person(session, "Cy", roles=[role] if role else []))

    assert client.get("/erasures").status_code == 404
    assert client.get(f"/erasures/{leaver.id}").status_code == 404


def test_works_council_reads_and_decides_nothing(visit, session, leaver):
    client = visit(make_person(session, "Wen", roles=[Role.WORKS_COUNCIL]))

    page = client.get("/erasures")
    assert page.status_code == 200
    assert "Zwölfender, Quirina" in page.text
    assert f"/erasures/{leaver.id}" not in page.text
    assert client.get(f"/erasures/{leaver.id}").status_code == 404


@pytest.fixture
def as_hr(visit, session):
    return visit(make_person(session, "Olga", roles=[Role.HR]))


def test_rule_is_written_and_traced(as_hr, session):
    answer = send(as_hr, "/erasures/rule", term="365", version="0")

    assert answer.status_code == 303
    assert session.get_one(ErasureRule, 1).term == 365
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.kind == AuditKind.SETTING_CHANGED)
    ).one()
    assert entry.detail == {"before": None, "after": 365}


@pytest.mark.parametrize("term", ["29", "3651", "soon"])
def test_rule_out_of_bounds_is_refused_beside_the_field(as_hr, session, term):
    answer = send(as_hr, "/erasures/rule", term=term, version="0")

    assert answer.status_code == 422
    assert f'value="{term}"' in answer.text  # nothing typed is lost
    assert session.get(ErasureRule, 1) is None


def test_rule_somebody_else_wrote_meanwhile_is_not_overwritten(as_hr, session):
    session.add(ErasureRule(id=1, term=400))

    answer = send(as_hr, "/erasures/rule", term="365", version="0")

    assert answer.status_code == 409
    assert session.get_one(ErasureRule, 1).term == 400


def test_preview_says_what_goes_and_what_keeps_it(as_hr, session, leaver, clock):
    page = as_hr.get(f"/erasures/{leaver.id}").text
    assert "can be erased" in page
    assert "Record" in page

    session.add(Erasure(person_id=leaver.id, reason="a dispute", held_at=clock.now()))
    held = as_hr.get(f"/erasures/{leaver.id}").text
    assert "The data must be kept for now, see the note below." in held
    assert "Note: a dispute" in held


def test_holding_needs_a_reason_and_letting_go_ends_it(as_hr, session, leaver):
    path = f"/erasures/{leaver.id}"
    assert send(as_hr, f"{path}/hold", reason=" ", version="0").status_code == 422

    assert send(as_hr, f"{path}/hold", reason="a dispute", version="0").status_code == 303
    kept = session.get_one(Erasure, leaver.id)
    assert (kept.reason, kept.held_at is not None, kept.version) == ("a dispute", True, 1)

    assert send(as_hr, f"{path}/let-go", version="1").status_code == 303
    kept = session.get_one(Erasure, leaver.id)
    assert (kept.reason, kept.held_at) == ("", None)


def test_erasing_asks_twice_and_is_handed_to_the_worker(as_hr, session, leaver):
    path = f"/erasures/{leaver.id}/erase"
    assert send(as_hr, path, version="0").status_code == 422

    assert send(as_hr, path, version="0", sure="y").status_code == 303
    assert session.get_one(Erasure, leaver.id).wanted_at is not None
    assert "is being erased" in as_hr.get("/erasures").text


def test_who_still_works_here_cannot_be_erased(as_hr, session):
    ada = make_person(session, "Ada")

    assert as_hr.get(f"/erasures/{ada.id}").status_code == 404
    assert send(as_hr, f"/erasures/{ada.id}/erase", version="0", sure="y").status_code == 404


def test_list_is_found_sorted_and_exported(as_hr, session, leaver):
    make_person(session, "Ada", family_name="Berg", left_on=date(2026, 9, 1))

    whole = as_hr.get("/erasures?sort=-name").text
    assert whole.index("Zwölfender, Quirina") < whole.index("Berg, Ada")
    assert "Berg, Ada" not in as_hr.get("/erasures?q=zwolf").text
    rows = as_hr.get("/erasures?format=csv").data.decode("utf-8-sig").splitlines()
    assert rows == [
        "Name,Left on,Goes by itself on,State,Note",
        '"Berg, Ada",2026-09-01,,can be erased,',
        '"Zwölfender, Quirina",2026-10-01,,can be erased,',
    ]


def test_list_asks_as_often_for_three_as_for_one(as_hr, session, leaver, count_statements):
    with count_statements() as for_one:
        as_hr.get("/erasures")
    for name in ("Ada", "Bo"):
        make_person(session, name, left_on=LEFT)
    with count_statements() as for_three:
        as_hr.get("/erasures")

    assert len(for_one) == len(for_three)
