"""Who reads which insights, one by one and in the one list of all of them."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditKind
from app.domain.insights import InsightFate
from tests.factories import NOW, make_person, make_team
from tests.insights.makers import DUE_ON


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ada", 200),
        ("rita", 200),
        ("bo", 200),
        ("ben", 200),
        ("olga", 200),
        ("kim", 404),
        ("cy", 404),
    ],
)
def test_insight_of_a_stay_is_seen_by_everybody_of_the_two_teams(
    signed_in, company, of_stay, who, status
):
    insight = of_stay()
    visitor = signed_in(getattr(company, who))

    assert visitor.get(f"/insights/{insight.id}").status_code == status
    assert ("One list of leads" in visitor.get("/insights/").text) is (status == 200)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ada", 200),  # wrote it
        ("ben", 200),  # answers
        ("bo", 200),  # leads the team that answers
        ("olga", 200),
        ("rita", 404),  # leads the writer's team
        ("eli", 404),  # works with the owner
        ("kim", 404),
        ("cy", 404),
    ],
)
def test_insight_of_a_joint_day_is_seen_by_writer_owner_their_lead_and_hr(
    signed_in, company, of_day, who, status
):
    insight = of_day()
    visitor = signed_in(getattr(company, who))

    assert visitor.get(f"/insights/{insight.id}").status_code == status
    assert ("Brief us" in visitor.get("/insights/").text) is (status == 200)


def test_the_person_of_a_stay_reads_what_the_host_wrote_after_changing_teams(
    signed_in, session, company, of_stay
):
    far = make_team(session, "Main")
    gone = make_person(session, "Gil", team=far)
    insight = of_stay(person=gone, written_by=company.bo.id, owner=company.rita)

    assert signed_in(gone).get(f"/insights/{insight.id}").status_code == 200


def test_page_of_a_stays_insight_names_its_person_and_the_team_that_wrote(
    signed_in, company, of_stay
):
    insight = of_stay(written_by=company.rita.id)
    page = signed_in(company.ben).page(f"/insights/{insight.id}")

    shown = {word: word in page for word in ("Campaign desk", "Ada Test", "Rhine", "Rita Test")}
    assert shown == {"Campaign desk": True, "Ada Test": True, "Rhine": True, "Rita Test": False}


@pytest.mark.parametrize(
    ("who", "leads"), [("ada", True), ("rita", True), ("olga", True), ("eli", False)]
)
def test_only_who_may_open_the_stay_is_led_to_it(signed_in, company, of_stay, who, leads):
    insight = of_stay()
    visitor = signed_in(getattr(company, who))

    assert (f'href="/stays/{insight.stay_id}"' in visitor.page(f"/insights/{insight.id}")) is leads
    assert (visitor.get(f"/stays/{insight.stay_id}").status_code == 200) is leads


def test_page_of_a_joint_days_insight_names_its_writer_and_leads_to_the_day(
    signed_in, company, of_day
):
    insight = of_day()
    visitor = signed_in(company.ben)
    page = visitor.page(f"/insights/{insight.id}")

    assert ("Ada Test" in page, "A day with customers" in page) == (True, True)
    assert f'href="/trips/{insight.gathering_id}"' in page
    assert visitor.get(f"/trips/{insight.gathering_id}").status_code == 200


def test_list_is_filtered_by_kind_fate_owner_team_and_text(signed_in, company, of_stay, of_day):
    of_stay()
    of_stay("50 % fewer forms", person=company.rita, owner=company.ben)
    of_day(owner=company.bo)
    visitor = signed_in(company.bo)
    texts = ("One list of leads", "50 % fewer forms", "Brief us")
    shown = {
        query: tuple(text in visitor.page(f"/insights/?{query}") for text in texts)
        for query in (
            *("", "fate=open", "fate=used", "mine=1", "q=50+%25", "q=_", "q=campaign"),
            *("kind=stay", "kind=joint_day", "kind=joint_day&q=list"),
            *(f"team={company.host.id}", f"team={company.home.id}"),
        )
    }

    assert shown == {
        "": (True, True, True),
        "fate=open": (True, True, True),
        "fate=used": (False, False, False),
        "mine=1": (True, False, True),
        "q=50+%25": (False, True, False),
        "q=_": (False, False, False),
        "q=campaign": (True, True, False),
        "kind=stay": (True, True, False),
        "kind=joint_day": (False, False, True),
        "kind=joint_day&q=list": (False, False, False),
        f"team={company.host.id}": (True, True, True),
        f"team={company.home.id}": (False, False, False),
    }


def test_what_waits_for_an_answer_comes_first(signed_in, company, of_stay, of_day):
    said = {"fate": InsightFate.USED, "fate_note": "In spring", "decided_at": NOW}
    of_stay("Answered", due_on=DUE_ON - timedelta(days=9), **said)
    of_stay("Open", person=company.rita)
    of_day("Overdue", owner=company.bo, due_on=DUE_ON - timedelta(days=2))
    visitor = signed_in(company.bo)

    shown = {
        sort: re.findall(
            r'<a href="/insights/\d+">(\w+)</a>', visitor.page(f"/insights/?sort={sort}")
        )
        for sort in ("", "due", "-due")
    }
    assert shown == {
        "": ["Overdue", "Open", "Answered"],
        "due": ["Answered", "Overdue", "Open"],
        "-due": ["Open", "Overdue", "Answered"],
    }


def test_open_insight_says_for_whom_it_waits(signed_in, company, of_day):
    insight = of_day()
    waits = "Waits for the answer of Ben Test"

    assert waits in signed_in(company.ada).page(f"/insights/{insight.id}")
    assert waits not in signed_in(company.ben).page(f"/insights/{insight.id}")


def test_filter_offers_the_teams_of_what_one_may_read(signed_in, company, of_stay, of_day):
    of_stay()
    option = f'<option value="{company.host.id}">Elbe</option>'

    assert option in signed_in(company.ada).page("/insights/")
    assert option not in signed_in(company.cy).page("/insights/")


def test_hostile_text_is_shown_as_text_and_exported_without_formulas(signed_in, company, of_stay):
    of_stay('=HYPERLINK("x")<script>alert(1)</script>')
    visitor = signed_in(company.bo)

    assert "<script>alert(1)" not in visitor.get("/insights/").text
    assert "'=HYPERLINK" in visitor.get("/insights/?format=csv").get_data(as_text=True)


def test_file_holds_both_kinds_and_its_taking_is_logged(
    signed_in, session, company, of_stay, of_day
):
    of_stay()
    of_day()
    answer = signed_in(company.olga).get("/insights/?format=csv&sort=due")

    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert [(line[0], line[1], line[2], line[4], line[5], line[6]) for line in lines] == [
        ("What should change", "Kind", "Where it comes from", "From team", "Owner", "Team"),
        ("One list of leads", "Stay", "Campaign desk", "Rhine", "Bo Test", "Elbe"),
        ("Brief us", "Joint day", "A day with customers", "Rhine", "Ben Test", "Elbe"),
    ]
    taken = select(AuditEntry.subject).where(AuditEntry.kind == AuditKind.LIST_EXPORTED)
    assert session.scalars(taken).all() == ["list:insights"]


def test_list_takes_as_many_statements_for_three_of_each_kind_as_for_one(
    signed_in, session, company, of_stay, of_day, count_statements
):
    visitor = signed_in(company.olga)
    of_stay()
    of_day()
    visitor.get("/insights/")
    with count_statements() as one:
        visitor.get("/insights/")
    of_stay("Second", person=company.rita)
    third = make_person(session, "Uli", team=make_team(session, "Main"))
    of_stay("Third", person=third, owner=company.ben)
    of_day("Second day")
    of_day("Third day", owner=company.eli)
    with count_statements() as three:
        page = visitor.page("/insights/")

    assert [text in page for text in ("Third", "Third day")] == [True, True]
    assert len(three) == len(one)
