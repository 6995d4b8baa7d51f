"""`flask calendar link`: operators hand out feeds as well."""

from tests.agenda.makers import make_commitment
from tests.factories import make_account, make_person, make_team


def test_operator_makes_a_link_for_a_person(client, session, runner, clock):
    ada = make_person(session, "Ada")
    make_account(session, ada)
    make_commitment(session, ada, title="Listening")

    result = runner.invoke(args=["calendar", "link", ada.email.upper()])

    assert result.exit_code == 0, result.output
    address = result.output.strip().removeprefix("http://localhost")
    assert "SUMMARY:Listening" in client.get(address).get_data(as_text=True)


def test_operator_makes_a_link_for_the_team_of_a_person(client, session, runner, clock):
    team = make_team(session, "Rhine")
    ada = make_person(session, "Ada", team=team)
    make_account(session, ada)

    result = runner.invoke(args=["calendar", "link", ada.email, "--team", "Rhine"])

    address = result.output.strip().removeprefix("http://localhost")
    assert "X-WR-CALNAME:Tandem: Rhine" in client.get(address).get_data(as_text=True)


def test_link_is_refused_with_its_reason(session, runner, clock):
    ada = make_person(session, "Ada")
    make_account(session, ada)
    without_account = make_person(session, "Bo")
    make_team(session, "Elbe")
    cases = [
        (["nobody"], "nobody is no mail address."),
        (
            [without_account.email],
            f"Nobody with an open account has the address {without_account.email}.",
        ),
        ([ada.email, "--team", "Rhone"], "There is no team Rhone."),
        (
            [ada.email, "--team", "Elbe"],
            "Ada Test neither belongs to Elbe nor answers for it.",
        ),
    ]

    said = [runner.invoke(args=["calendar", "link", *args]).output.strip() for args, _ in cases]

    assert said == [f"Error: {reason}" for _, reason in cases]
