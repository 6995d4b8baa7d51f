import pytest

from app.web.pages import ListRequest, Page


def asked(**args):
    return ListRequest.from_args(
        args,
        sorts={"name", "team", "starts"},
        default="-starts",
        filters={"state": {"open", "closed"}, "team": None},
    )


def test_empty_address_asks_for_the_first_page_in_the_default_order():
    assert asked() == ListRequest(sort="starts", descending=True, default="-starts")


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("7", 7),
        ("0", 1),
        ("-3", 1),
        ("²", 1),
        ("x", 1),
        ("", 1),
        ("99999", 10_000),
        ("9" * 5000, 10_000),
    ],
)
def test_page_number_stays_within_bounds(text, page):
    assert asked(page=text).page == page


@pytest.mark.parametrize(("text", "size"), [("50", 50), ("100", 100), ("51", 25), ("1e9", 25)])
def test_page_size_is_one_of_three(text, size):
    assert asked(size=text).size == size


@pytest.mark.parametrize(
    ("text", "order"),
    [("name", "name"), ("-team", "-team"), ("--name", "-starts"), ("id;--", "-starts")],
)
def test_unknown_sort_falls_back_to_the_default(text, order):
    assert asked(sort=text).order == order


def test_search_text_loses_control_characters_and_what_exceeds_a_hundred():
    found = asked(q=" \x00Ada\u202e " + "x" * 200)

    assert found.q == "Ada " + "x" * 95


def test_filters_keep_known_names_and_allowed_values_only():
    found = asked(state="open", team=" Rhine ", colour="red")

    assert found.filters == {"state": "open", "team": "Rhine"}
    assert asked(state="gone").filters == {}


def test_link_keeps_the_search_and_leaves_defaults_out():
    found = asked(q="Ada & Bo", state="open", sort="name", page="3")

    assert found.link() == "?q=Ada+%26+Bo&state=open&sort=name&page=3"
    assert found.link(page=4) == "?q=Ada+%26+Bo&state=open&sort=name&page=4"
    assert found.link(format="csv") == "?q=Ada+%26+Bo&state=open&sort=name&page=3&format=csv"


def test_sorting_anew_leads_back_to_the_first_page():
    found = asked(sort="name", page="3")

    assert [found.sort_link("name"), found.sort_link("team")] == ["?sort=-name", "?sort=team"]
    assert [found.direction("name"), found.direction("team")] == ["ascending", ""]


def test_page_knows_its_place_in_the_list():
    page = Page(["a", "b"], total=52, request=asked(page="3"))

    assert (page.number, page.last, page.first_item, page.last_item) == (3, 3, 51, 52)


def test_page_beyond_the_end_shows_nothing():
    page = Page([], total=52, request=asked(page="9"))

    assert (page.last, page.first_item, page.last_item) == (3, 0, 0)


@pytest.mark.parametrize(
    ("number", "links"),
    [
        (1, [1, 2, None, 12]),
        (3, [1, 2, 3, 4, None, 12]),
        (6, [1, None, 5, 6, 7, None, 12]),
        (12, [1, None, 11, 12]),
    ],
)
def test_pager_offers_ends_and_neighbours_and_marks_gaps(number, links):
    page = Page(["a"], total=290, request=asked(page=str(number)))

    assert page.links == links


def test_short_list_has_one_page():
    assert Page([], total=0, request=asked()).links == [1]
