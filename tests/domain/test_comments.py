"""Comments lose names, and their origin where it would tell too much."""

from collections import Counter

import pytest

from app.domain.comments import BLACK, Comment, names_of, released, without_names

NAMES = names_of(["Ada", "Müller-Thurgau", "Bo", "Li", "Jean Luc", "O'Neill"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ask Ada first.", f"Ask {BLACK} first."),
        ("ADA, ada und Adas Liste", f"{BLACK}, {BLACK} und {BLACK} Liste"),
        ("Ada's list", f"{BLACK} list"),
        ("Frau Müller-Thurgau fragen", f"Frau {BLACK} fragen"),
        ("Frau Thurgau fragen", f"Frau {BLACK} fragen"),
        ("Luc und Jean", f"{BLACK} und {BLACK}"),
        ("mail ada@example.com now", f"mail {BLACK} now"),
        ("The adapter is adamant; Bo and Li stay.", "The adapter is adamant; Bo and Li stay."),
    ],
)
def test_names_of_three_letters_and_more_are_blacked_out(text, shown):
    assert without_names(text, NAMES) == shown


def written(department, number, tgt=1):
    return [Comment(tgt, department, "o1", f"{department}/{n}") for n in range(number)]


def departments(comments):
    return Counter(comment.department for comment in comments)


@pytest.mark.parametrize(
    ("respondents", "comments", "kept"),
    [
        ({10: 9}, {10: 6}, {}),  # fewer than ten people judged the team
        ({10: 10}, {10: 1}, {None: 1}),
        ({10: 12, 20: 12}, {10: 5, 20: 6}, {10: 5, 20: 6}),
        ({10: 12, 20: 12}, {10: 5, 20: 4}, {None: 9}),
        ({10: 12, 20: 9}, {10: 5, 20: 6}, {None: 11}),
        ({10: 12, 20: 12, 30: 1}, {10: 5, 20: 6}, {None: 11}),
        ({10: 12, 20: 12}, {10: 5, 20: 6, 30: 1}, {None: 12}),  # wrote without having judged
        ({10: 12}, {10: 8}, {None: 8}),
    ],
)
def test_departments_are_told_apart_only_where_every_one_of_them_is_large(
    respondents, comments, kept
):
    given = [comment for dept, n in comments.items() for comment in written(dept, n)]

    found = released(given, Counter({(1, dept): n for dept, n in respondents.items()}))

    assert departments(found) == kept


def test_each_rated_team_is_judged_by_its_own_counts():
    given = [*written(10, 6, tgt=1), *written(10, 6, tgt=2)]

    found = released(given, Counter({(1, 10): 10, (2, 10): 9}))

    assert {comment.tgt for comment in found} == {1}
