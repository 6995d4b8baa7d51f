"""Names in German order."""

import pytest

from app.domain.collation import in_order, sort_key


@pytest.mark.parametrize(
    "ordered",
    [
        ["Arndt", "Ärne", "Arnold", "Zoë"],
        ["Goethe", "Goldmann", "Göthe", "Götz"],
        ["Strasse", "Straße", "Strasser"],
        ["de Vries", "Der", "Dévries"],
        ["Lukas", "Łukasz", "Lukin"],
        ["Mueller", "Muller", "Müller", "Mullers"],
        ["Meier", "meier", "Meier-Abt", "Meiermann"],
        ["Æbel", "Affe"],
        ["Œuvre", "Ofen"],
    ],
)
def test_names_stand_in_german_order(ordered):
    shuffled = sorted(ordered, reverse=True)

    assert in_order(shuffled, lambda name: (name,)) == sorted(shuffled, key=sort_key)
    assert [sort_key(n)[0] for n in ordered] == sorted(sort_key(n)[0] for n in ordered)


def test_umlauts_sort_with_their_letters():
    names = ["Zander", "Öztürk", "Ähre", "Otto", "Abel", "Ůže", "Ulm"]

    assert in_order(names, lambda name: (name,)) == [
        "Abel", "Ähre", "Otto", "Öztürk", "Ulm", "Ůže", "Zander",
    ]  # fmt: skip


def test_equal_names_are_told_apart_by_accents_then_case():
    assert in_order(["Müller", "Muller", "muller"], lambda name: (name,)) == [
        "Muller", "muller", "Müller",
    ]  # fmt: skip


def test_the_second_text_decides_where_the_first_are_equal():
    people = [("Weiß", "Zoë"), ("Weiss", "Änne"), ("Weiß", "Anna")]

    assert in_order(people, lambda person: person) == [
        ("Weiß", "Anna"), ("Weiss", "Änne"), ("Weiß", "Zoë"),
    ]  # fmt: skip
