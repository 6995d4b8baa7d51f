"""Publish a wave: score what its close kept, write it down once, never touch it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from statistics import fmean
from typing import Any

from sqlalchemy.orm import Session

from app import scoring
from app.audit.models import AuditKind
from app.audit.services import record
from app.database import collector_paused, insert_many
from app.domain.disclosure import (
    Turnout,
    band_of,
    grid_of,
    n_range,
    pair_name,
    response_step,
    stays_a_band,
)
from app.health.models import PairFigure, Snapshot
from app.health.queries import snapshots
from app.health.services.comparing import Comparison, comparison, rules_on, scored
from app.health.services.writing import Told, inputs_digest, told
from app.scoring import DIMENSIONS, ITEMS, Asked, Ballots, PastWave, WaveScore
from app.scoring.need import need, weight
from app.scoring.settings import ITEMS_OF
from app.surveys.queries.results import Results, moves, results


@collector_paused()
def publish(session: Session, wave_id: int, *, on: date, at: datetime) -> Snapshot | None:
    """Score a closed wave and store the snapshot; gives the one there is where it was done before.

    None unless the wave is closed. Equal answers, counts and history give equal bytes. Loads numpy.
    """
    done = snapshots.of_wave(session, wave_id)
    if done is not None:
        return done
    found = results(session, wave_id)
    if found is None:
        return None

    before = [wave.body for wave in snapshots.published(session, limit=MOST_WAVES)]
    score, body = computed(session, found, before)
    text = told(body)
    snapshot = _snapshot(found, score, text, on)
    session.add(snapshot)
    session.flush()  # its key names the figures
    _store_figures(session, snapshot, text)
    record(
        session,
        AuditKind.WAVE_PUBLISHED,
        actor_id=None,
        subject=f"wave:{wave_id}",
        at=at,
        digest=snapshot.digest,
        pairs=len(score.pairs),
    )
    return snapshot


def computed(
    session: Session, found: Results, before: Sequence[dict[str, Any]]
) -> tuple[WaveScore, dict[str, Any]]:
    """The score of a wave, and everything that is published of it.

    `before` are the bodies published earlier, oldest first. Loads numpy.
    """
    compared = comparison(found.editions, before)
    past = () if compared.crosses else compared.past
    score = _scored(found, [PastWave.from_snapshot(body) for body in past], DIMENSIONS)
    plain = scoring.snapshot(score)
    changes = _across(session, found, compared) if compared.crosses else plain
    return score, _body(found, plain, _Past(before, moves(session))) | _trend(changes, compared)


MOST_WAVES = 60  # fifteen years of quarters


@dataclass(frozen=True, slots=True)
class _Past:
    """What was published before, oldest first, and who moved between the waves."""

    bodies: Sequence[dict[str, Any]]
    moves: Mapping[int, Mapping[int, int | None]]

    def shown_exactly(self, name: str, since: int | None) -> Iterator[tuple[Turnout, int]]:
        """Waves with an exact figure of the pair, newest first, and how many moved since each.

        `since` is how many moved since the newest; where that is not known, so is nothing before.
        """
        source = int(name.partition("|")[0])
        for body in reversed(self.bodies):
            if since is None:
                return
            figures = body["pairs"].get(name)
            if figures is not None and not figures["band_only"]:
                yield _turnout(figures), since
            before = self.moves.get(int(body["wave"]), {}).get(source)
            since = None if before is None else since + before


def _scored(found: Results, history: Sequence[PastWave], dimensions: Sequence[str]) -> WaveScore:
    return scoring.score_wave(
        str(found.wave.id),
        _ballots(found),
        [
            Asked(
                str(source),
                str(target),
                eligible=cell.eligible,
                no_contact=cell.no_contact,
                tgt_members=cell.members,
                importance=cell.importance,
            )
            for (source, target), cell in sorted(found.cells.items())
        ],
        {str(team.team_id): str(team.department_id) for team in found.teams.values()},
        history=history,
        settings=rules_on(dimensions, found.wave.k, found.wave.k_target),
    )


def _across(session: Session, found: Results, compared: Comparison) -> dict[str, Any]:
    """The wave scored on the dimensions asked alike, beside earlier ones scored on the same.

    How much the company's pairs jitter stays what it was learned to be.
    """
    history = []
    for body in compared.past:
        earlier = results(session, int(body["wave"]))
        if earlier is not None:
            anew = scoring.snapshot(_scored(earlier, (), compared.dimensions))
            known = PastWave.from_snapshot(body).z_centred
            history.append(replace(PastWave.from_snapshot(anew), z_centred=known))
    return scoring.snapshot(_scored(found, history, compared.dimensions))


CHANGES = (
    "alerts",
    "changes",
    "company_change",
    "company_median_change",
    "has_history",
    "kappa",
    "watch",
)


def _trend(plain: Mapping[str, Any], compared: Comparison) -> dict[str, Any]:
    """What is told about changes, and on how many dimensions; none where the line is broken."""
    told = {name: plain[name] for name in CHANGES}
    for name, change in told["changes"].items():
        change.update(_told_before(name, compared.past, change["waves"]))
    return told | {"trend_dimensions": len(compared.dimensions)}


def _ballots(found: Results) -> Ballots:
    """The kept records, with their pairs."""
    import numpy as np  # noqa: PLC0415 - loaded by the worker only

    told = sorted(found.answers)
    digits = "".join(found.answers[pair] for pair in told).encode("ascii")
    answers = (np.frombuffer(digits, np.uint8) - ord("0")).reshape(-1, len(ITEMS))
    records = [len(found.answers[pair]) // len(ITEMS) for pair in told]
    return Ballots(
        pairs=tuple((str(source), str(target)) for source, target in told),
        pair_of=np.repeat(np.arange(len(told)), records),
        answers=answers,
    )


def _body(found: Results, plain: Mapping[str, Any], past: _Past) -> dict[str, Any]:
    """Everything pages will ever show of this wave, beside the exact figures."""
    body = dict(plain)
    body["plan"]["digest"] = found.wave.digest  # of the close, which knew the unpublished counts
    body["number"] = found.number
    body["editions"] = scored(found.editions)
    body["teams"] = {
        str(team.team_id): {
            "name": team.name,
            "department": team.department,
            "department_id": team.department_id,
            "members": team.members,
        }
        for team in found.teams.values()
    }
    body["importance"] = {
        f"{source}|{target}": cell.importance
        for (source, target), cell in sorted(found.cells.items())
    }
    body["unpublished"] = [
        f"{source}|{target}"
        for (source, target), cell in sorted(found.cells.items())
        if not cell.published
    ]
    for name, pair in body["pairs"].items():
        pair["shown_n"] = n_range(pair["n"], found.wave.k)
        pair["shown_response"] = response_step(pair["returned"], pair["eligible"])
        since = found.teams[int(name.partition("|")[0])].moved
        pair["band_only"] = stays_a_band(_turnout(pair), past.shown_exactly(name, since))
        if pair["band_only"]:
            body["weights"][name] = _weight_of_band(body, name)
    for name, dimension in _too_few(found):
        if name in body["pairs"]:
            body["pairs"][name]["dims"].pop(dimension, None)
    return body


def _too_few(found: Results) -> Iterator[tuple[str, str]]:
    """Pairs with each dimension that fewer than k people have judged.

    The score fills in what somebody could not judge; a figure of its own a dimension has only
    where as many stand behind it as behind every other.
    """
    import numpy as np  # noqa: PLC0415 - loaded by the worker only

    ballots = _ballots(found)
    names = [pair_name(pair) for pair in ballots.pairs]
    for dimension, items in zip(DIMENSIONS, ITEMS_OF, strict=True):
        judged = ballots.pair_of[ballots.answers[:, items].any(axis=1)]
        people = np.bincount(judged, minlength=len(names))
        yield from ((names[place], dimension) for place in np.flatnonzero(people < found.wave.k))


def _weight_of_band(body: dict[str, Any], name: str) -> float:
    """The weight of a pair shown as a band: that of its middle, so that it tells nothing more."""
    middle = fmean(band_of(body["pairs"][name]["mean"]))
    importance = body["importance"][name]
    return weight(need(middle, 0.0, importance, body["settings"]["target"]))


def _told_before(name: str, before: Sequence[dict[str, Any]], waves: int) -> dict[str, Any]:
    """How coarsely a pair was shown in the waves it is compared with, or whether as a band."""
    past = [body["pairs"][name] for body in before if name in body["pairs"]][-waves:]
    return {
        "grid_before": max(grid_of(figures["n"]) for figures in past),
        "hidden_before": any(figures["band_only"] for figures in past),
    }


def _turnout(figures: Mapping[str, Any]) -> Turnout:
    return Turnout(figures["n"], figures["returned"], figures["eligible"])


def _snapshot(found: Results, score: WaveScore, text: Told, on: date) -> Snapshot:
    return Snapshot(
        wave_id=found.wave.id,
        revision=1,
        formula=int(scoring.FORMULA_VERSION),
        plan_digest=found.wave.digest or score.plan.told_digest(),
        inputs_digest=inputs_digest(found),
        digest=text.digest,
        published_on=on,
        body=text.body,
    )


FIGURE = (
    "snapshot_id", "source_team_id", "target_team_id", "answers", "score", "low", "high", "need",
    "body",
)  # fmt: skip


def _store_figures(session: Session, snapshot: Snapshot, text: Told) -> None:
    rows = [
        (snapshot.id, *figures_of(text.body, name), text.figures[name])
        for name in sorted(text.body["pairs"])
    ]
    insert_many(session, PairFigure, FIGURE, rows)


def figures_of(body: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """What the row of a pair holds beside its text: teams, answers, score, ends, need."""
    source, _, target = name.partition("|")
    figures = body["pairs"][name]
    shown = (figures["n"], figures["mean"], figures["lo"], figures["hi"])
    return (int(source), int(target), *shown, body["weights"][name])
