"""The engine beside a second program that shares no code with it, on companies by chance."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring import Settings
from app.scoring.writing import report
from tests.scoring import reference
from tests.scoring.makers import company, scored


def in_words(value):
    """Pairs as `src|tgt`, without what only the second program keeps."""
    if isinstance(value, dict):
        return {
            "|".join(key) if isinstance(key, tuple) else key: in_words(own)
            for key, own in value.items()
            if key not in {"pooled", "centred"}
        }
    if isinstance(value, list):
        return [in_words(own) for own in value]
    return "|".join(value) if isinstance(value, tuple) else value


def difference(one, other, place=""):
    """Where two documents differ by more than 1e-8, first."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{place}: {sorted(one.keys() ^ other.keys())}"
        found = (difference(one[key], other[key], f"{place}/{key}") for key in one)
        return next((words for words in found if words), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        found = (
            difference(a, b, f"{place}/{i}")
            for i, (a, b) in enumerate(zip(one, other, strict=True))
        )
        return next((words for words in found if words), "")
    if isinstance(one, float | int) and isinstance(other, float | int):
        return "" if abs(one - other) <= 1e-8 else f"{place}: {one} {other}"
    return "" if one == other else f"{place}: {one} {other}"


def by_reference(made):
    history, waves = [], {}
    for wave, (ballots, asked) in made.waves.items():
        answers = {pair: [] for pair in ballots.pairs}
        for place, row in zip(ballots.pair_of, ballots.answers.tolist(), strict=True):
            answers[ballots.pairs[place]].append(row)
        told = {
            one.pair: (one.eligible, one.no_contact, one.tgt_members, one.importance)
            for one in asked
        }
        found = reference.score_wave(answers, told, made.departments, history)
        history.append((found["pairs"], told, found.get("centred", {})))
        waves[wave] = found
    return in_words(waves)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    teams=st.integers(2, 9),
    gaps=st.sampled_from([0.0, 0.05, 0.3, 0.6]),
)
def test_two_programs_agree_on_every_figure(seed, teams, gaps):
    made = company(seed, waves=5, teams=teams, gaps=gaps)

    engine = report(scored(made), Settings())["waves"]

    assert difference(engine, by_reference(made)) == ""


def test_companies_by_chance_know_alerts_small_cells_and_leftovers():
    alerts, leftovers, kappas = 0, set(), set()
    for seed in range(12):
        for score in scored(company(seed, waves=5, teams=9)):
            alerts += len(score.alerts)
            leftovers.add(score.plan.leftover_used)
            kappas.add(score.kappa == 1.0)

    assert (leftovers, kappas) == ({True, False}, {True, False})
    assert alerts > 0
