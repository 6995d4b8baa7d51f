"""Whether a team can spare somebody during a meeting."""

import pytest

from app.domain.team_cover import CoverTone, TeamCover, tightest


@pytest.mark.parametrize(
    ("here", "minimum", "expected"),
    [
        (5, 4, CoverTone.FINE),
        (4, 4, CoverTone.TIGHT),
        (3, 4, CoverTone.SHORT),
        (0, 0, CoverTone.TIGHT),
    ],
)
def test_a_team_is_short_only_below_its_minimum(here, minimum, expected):
    assert TeamCover(size=6, here=here, minimum=minimum).tone is expected


def test_others_who_ask_would_be_away_too():
    cover = TeamCover(size=6, here=5, minimum=4, asking=2)

    assert (cover.tone, cover.here_without_all, cover.tone_without_all) == (
        CoverTone.FINE,
        3,
        CoverTone.SHORT,
    )


def test_the_tightest_meeting_counts():
    roomy, tight = TeamCover(6, 5, 2), TeamCover(6, 4, 4)

    assert (tightest([roomy, tight]), tightest([])) == (tight, None)
