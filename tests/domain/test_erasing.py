"""Who may be erased, and how a name is taken out of what others wrote."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.comments import BLACK
from app.domain.erasing import Called, Standing, due_on, hindrances

TODAY = date(2026, 12, 1)
FREE = {"is_held": False, "is_asked": False, "bookings": 0, "stays": 0, "tasks": 0}
ADA = Called("Ada", "Berg", "ada.berg@example.org", "4711", family_alone=True)


def test_who_left_and_has_nothing_open_may_be_erased():
    assert hindrances(Standing(left_on=TODAY, **FREE), today=TODAY) == ()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"left_on": None}, "The person still works here."),
        ({"left_on": date(2026, 12, 2)}, "The person still works here."),
        ({"is_held": True}, "The data must be kept for now, see the note below."),
        (
            {"is_asked": True},
            "An open survey knows the person among those it asked; it forgets them at its end.",
        ),
        ({"bookings": 1}, "Bookings or sessions of the person are still to come."),
        ({"stays": 1}, "A stay of the person is not over."),
        ({"tasks": 1}, "The person still has to see to actions or insights."),
    ],
)
def test_whatever_is_open_keeps_the_data_and_says_so(changes, why):
    standing = Standing(**{"left_on": TODAY, **FREE, **changes})

    assert hindrances(standing, today=TODAY) == (why,)


@pytest.mark.parametrize(
    ("left_on", "term", "due"),
    [
        (date(2026, 1, 1), 365, date(2027, 1, 1)),
        (date(2026, 1, 1), None, None),
        (None, 365, None),
    ],
)
def test_term_counts_calendar_days_from_leaving(left_on, term, due):
    assert due_on(left_on, term) == due


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ada Berg has booked.", f"{BLACK} has booked."),
        ("Berg, Ada (no. 4711)", f"{BLACK} (no. {BLACK})"),
        ("Mail ada.berg@example.org, please", f"Mail {BLACK}, please"),
        ("Frau Berg kommt, Ada  Bergs Platz", f"{BLACK} kommt, {BLACK} Platz"),
        ("ADA BERG", BLACK),
        ("Am Berg 4, Raum 47110, Ada Bergmann", "Am Berg 4, Raum 47110, Ada Bergmann"),
    ],
)
def test_whole_names_go_everywhere_and_ordinary_words_stay(before, after):
    assert ADA.out_of(before, is_personal=False) == after


def test_in_words_about_each_other_the_family_name_goes_alone():
    assert ADA.out_of("Berg übernimmt", is_personal=True) == f"{BLACK} übernimmt"


def test_family_name_that_others_bear_stays_alone():
    shared = Called("Ada", "Berg", "ada.berg@example.org", "4711", family_alone=False)

    assert shared.out_of("Berg übernimmt", is_personal=True) == "Berg übernimmt"


def test_json_is_searched_to_its_leaves_and_keys():
    value = {"Ada Berg": [{"who": "Ada Berg", "n": 3}, None, True]}

    assert ADA.out_of_json(value) == {BLACK: [{"who": BLACK, "n": 3}, None, True]}


NAMES = st.text(st.characters(categories=("L",)), min_size=3, max_size=12)


@given(NAMES, NAMES, st.text(max_size=30), st.text(max_size=30))
def test_no_text_keeps_a_whole_name(given_name, family, before, after):
    called = Called(given_name, family, "x.y@example.org", "N-1", family_alone=True)
    text = f"{before} {given_name} {family} {after}"

    assert f"{given_name} {family}" not in called.out_of(text, is_personal=False)
