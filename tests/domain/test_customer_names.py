"""The customer's name is found in what others read, whole or by a word of it, and hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.customer_names import (
    EVERYDAY,
    LEGAL_FORMS,
    CustomerNamed,
    Found,
    MayNameCustomer,
    look_for,
    refuse_names,
    without,
)

MILL = "Müller GmbH & Co. KG"
LETTERS = st.characters(categories=["Lu", "Ll", "Nd"])


def whole(word):
    return Found(word, is_whole=True)


def part(word):
    return Found(word, is_whole=False)


@pytest.mark.parametrize(
    ("customer", "text", "expected"),
    [
        ("Hansen Markt", "Visit to Hansen Markt", whole("Hansen Markt")),
        ("Hansen Markt", "visit to HANSEN\nmarkt!", whole("HANSEN\nmarkt")),
        ("Hansen Markt", "the Hansen-Markt", whole("Hansen-Markt")),
        ("Hansen Markt", "Hansens wants it", part("Hansens")),
        ("Hansen Markt", "This market is small, der Markt auch", None),
        ("Hansen Markt", "Hansenstraße 4", None),
        (MILL, "Müller GmbH & Co. KG wants it", whole("Müller GmbH & Co. KG")),
        (MILL, "Müller wants discounts", whole("Müller")),
        (MILL, "Mueller's shelves", whole("Mueller's")),
        (MILL, "MULLER asked", whole("MULLER")),
        (MILL, "Our GmbH is a company", None),
        (
            "Zauberwald Handelshaus AG",
            "zauberwald handelshaus",
            whole("zauberwald handelshaus"),
        ),
        ("Zauberwald Handelshaus AG", "Das Handelshaus Zauberwald", part("Zauberwald")),
        ("Groß & Söhne", "Gross again", part("Gross")),
        ("Café Noir", "the cafe", part("cafe")),
        ("REX", "The rexburg market", None),
        ("REX", "rex wants more", whole("rex")),
        ("dm e.K.", "dm wants more", whole("dm")),
        ("Bio Eck", "An eck, all bio", None),  # too short to stand for the name
        ("A+B (Nord)", "With a+b (nord).", whole("a+b (nord)")),
        ("AG", "The AG", whole("AG")),
        ("", "Anything", None),
        ("  ", "Anything", None),
        (None, "Anything", None),
    ],
)
def test_a_text_names_the_customer_by_the_whole_name_or_a_word_of_it(customer, text, expected):
    assert look_for(customer, text) == expected


def test_the_no_says_which_word_stands_in_which_field():
    texts = {"label": "Nothing here", "region": "Near the Zauberwald"}

    with pytest.raises(MayNameCustomer) as part:
        refuse_names("Zauberwald Handelshaus", texts)

    assert (part.value.field, part.value.values) == ("region", {"word": "Zauberwald"})


def test_a_word_that_means_something_else_is_let_through_and_the_whole_name_never_is():
    refuse_names("Apple Tree Ltd", {"label": "Talk about apple juice"}, means_else=True)

    with pytest.raises(CustomerNamed) as whole:
        refuse_names("Apple Tree Ltd", {"label": "The apple tree"}, means_else=True)

    assert type(whole.value) is CustomerNamed


def test_the_name_is_hidden_wherever_it_stands_and_so_are_its_words():
    assert without(
        "Hansen Markt GmbH", "Hansen  Markt wants it. Ask hansen markt gmbh, or Hansen."
    ) == ("… wants it. Ask …, or ….")


def test_without_a_customer_nothing_is_hidden():
    assert without(None, "Hansen Markt wants it.") == "Hansen Markt wants it."


@given(
    customer=st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=4).map(
        " ".join
    ),
    before=st.text(LETTERS, max_size=20),
    after=st.text(LETTERS, max_size=20),
)
def test_nothing_is_found_any_more_in_what_was_hidden(customer, before, after):
    text = f"{before} {customer} {after}"

    assert look_for(customer, text) is not None
    assert look_for(customer, without(customer, text)) is None


def test_everyday_words_and_legal_forms_are_stored_as_they_are_compared():
    assert {word.casefold() for word in EVERYDAY | LEGAL_FORMS} == EVERYDAY | LEGAL_FORMS
