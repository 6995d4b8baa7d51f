"""Did it help? Each kind of contact is studied once after each publication, and written down."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.agenda.models import CommitmentKind
from app.health.models import Draw, EffectStudy, RemedyKind
from app.health.queries import contact, draws, effects, snapshots, starts
from app.health.queries.snapshots import Published
from app.scoring.effect import compare_kinds, study, study_lots
from app.scoring.figures import response
from app.scoring.studies import AFTER, LEAST_PAIRS, Event, Lots, Panel, Picked, Seen, Study

MOST_WAVES = 60  # fifteen years of quarters
KINDS = {
    CommitmentKind.STAY: RemedyKind.ROTATION,
    CommitmentKind.TRIP: RemedyKind.TRIP,
    CommitmentKind.SESSION: RemedyKind.SESSION,
}
# The planner gives rotations to the pairs with low scores. Trips and trainings people choose,
# unless an action about a weak figure started them.
CHOSEN = {RemedyKind.TRIP, RemedyKind.SESSION}
Pair = tuple[str, str]


def study_newest(session: Session, *, at: datetime) -> list[EffectStudy]:
    """Study all kinds over the published waves and write it down beside the newest snapshot.

    Nothing where that was done, or nothing is published. Loads numpy.
    """
    newest = snapshots.published(session, limit=1)
    if not newest or effects.of_snapshot(session, newest[0].snapshot_id):
        return []
    waves = snapshots.published(session, limit=MOST_WAVES)
    panel, contacts = panel_of(waves), _contacts(session, waves, at)
    picks = _picks(session, waves, contacts)
    lots = _lots(draws.every(session), waves)
    studies = {
        kind: _studied(kind, panel, contacts, lots[kind], picks[kind]) for kind in KINDS.values()
    }
    beside = compare_kinds(list(studies.values()))
    written = []
    for kind, found in studies.items():
        judged = replace(found, verdict=beside.get(kind.value, found.verdict))
        body = _body(judged, len(waves)) | {
            "by_action": _by_action(kind, picks),
            "lots": _taken_up(kind, contacts, lots[kind]),
        }
        row = EffectStudy(snapshot_id=newest[0].snapshot_id, kind=kind.value, body=body)
        written.append(row)
    session.add_all(written)
    return written


def panel_of(waves: Sequence[Published]) -> Panel:
    """Undirected pairs of which both views are published, by wave from 1.

    A view that is shown as a band only takes its pair out of that wave: nothing computed here
    tells more than the pages do.
    """
    panel: dict[Pair, dict[int, Seen]] = defaultdict(dict)
    for number, wave in enumerate(waves, 1):
        instrument = json.dumps(wave.body["editions"], sort_keys=True)
        for name, figures in wave.body["undirected"].items():
            one, _, other = name.partition("|")
            views = [wave.body["pairs"][key] for key in (f"{one}|{other}", f"{other}|{one}")]
            if not any(view["band_only"] for view in views):
                panel[_ordered(int(one), int(other))][number] = Seen(
                    figures["mean"],
                    max(view["evidence"] for view in views),
                    response(
                        sum(view["returned"] for view in views),
                        sum(view["eligible"] for view in views),
                    ),
                    instrument,
                )
    return panel


@dataclass(frozen=True, slots=True)
class _Contact:
    """One event with where it comes from, as in commitments."""

    event: Event
    source: int


def _contacts(session: Session, waves: Sequence[Published], at: datetime) -> list[_Contact]:
    """Everything that brought two teams together, with the wave published last before it."""
    days = [wave.published_on for wave in waves]
    return [
        _Contact(
            Event(_ordered(*teams), KINDS[one.kind].value, sum(day <= one.on for day in days)),
            one.source,
        )
        for teams, began in contact.beginnings(session, at=at).items()
        for one in began
    ]


def _lots(drawn: Sequence[Draw], waves: Sequence[Published]) -> dict[RemedyKind, list[Lots]]:
    """The draws of each kind, oldest first, each tied to the wave it was drawn after."""
    numbers = {wave.wave_id: number for number, wave in enumerate(waves, 1)}
    found: dict[RemedyKind, list[Lots]] = defaultdict(list)
    for draw in sorted(drawn, key=lambda draw: numbers.get(draw.wave_id, 0)):
        if draw.wave_id in numbers:
            now = {_ordered(*pair) for pair in draw.drawn}
            later = {_ordered(*pair) for pair in draw.pairs} - now
            found[draw.kind].append(Lots(numbers[draw.wave_id], now, later))
    return found


def _taken_up(
    kind: RemedyKind, contacts: Sequence[_Contact], draws: Sequence[Lots]
) -> dict[str, list[int]] | None:
    """Of the pairs drawn, and of those with a blank: how many, and how many had such contact.

    It counts within the two waves after their draw. None without a draw.
    """
    if not draws:
        return None
    had = {(one.event.pair, one.event.picked_at) for one in contacts if one.event.kind == kind}

    def counted(sides: Sequence[tuple[int, Collection[Pair]]]) -> list[int]:
        lots = [(pair, at) for at, pairs in sides for pair in pairs]
        windows = [{(pair, at + later) for later in range(AFTER)} for pair, at in lots]
        return [len(lots), sum(not window.isdisjoint(had) for window in windows)]

    return {
        "drawn": counted([(draw.at, draw.drawn) for draw in draws]),
        "blank": counted([(draw.at, draw.blanks) for draw in draws]),
    }


def _by_action(kind: RemedyKind, picks: Mapping[RemedyKind, _Picks]) -> int | None:
    """How many pairs actions picked for a kind; None for what the planner picks."""
    return picks[kind].pairs if kind in CHOSEN else None


class _Picks:
    """What actions about weak figures started, of one kind.

    `first` are contacts right after the wave whose figures picked the pair; `later` are further
    meetings of these, part of the same thing. What began only after the next wave was published is
    in neither: its picking did not know the figures it follows.
    """

    def __init__(self) -> None:
        self.first: set[tuple[Pair, int]] = set()
        self.later: set[tuple[Pair, int]] = set()

    @property
    def pairs(self) -> int:
        """How many pairs were picked."""
        return len({pair for pair, _source in self.first})


def _picks(
    session: Session, waves: Sequence[Published], contacts: Sequence[_Contact]
) -> dict[RemedyKind, _Picks]:
    numbers = {wave.wave_id: number for number, wave in enumerate(waves, 1)}
    began = {(one.event.pair, one.event.kind, one.source): one.event.picked_at for one in contacts}
    found: dict[RemedyKind, _Picks] = defaultdict(_Picks)
    for teams, dates in starts.picked_dates(session).items():
        pair = _ordered(*teams)
        for kind in CHOSEN:
            here = {one: began.get((pair, kind.value, one.meeting_id)) for one in dates}
            first = {one for one, at in here.items() if at and at == numbers.get(one.wave_id)}
            begun = {one.gathering_id for one in first}
            found[kind].first |= {(pair, one.meeting_id) for one in first}
            found[kind].later |= {
                (pair, one.meeting_id) for one in here.keys() - first if one.gathering_id in begun
            }
    return found


def _studied(
    kind: RemedyKind,
    panel: Panel,
    contacts: Sequence[_Contact],
    lots: Sequence[Lots],
    picks: _Picks,
) -> Study:
    """With lots, those drawn beside those with a blank, whatever became of either.

    Trips and trainings are studied as picked by figures once enough pairs were; how many there are
    decides, never what came of it. Before that they are told as chosen.
    """
    events = [one.event for one in contacts]
    if lots:
        return study_lots(kind.value, panel, events, lots)
    if kind not in CHOSEN:
        return study(kind.value, Picked.BY_SCORE, panel, events)
    if picks.pairs < LEAST_PAIRS:
        return study(kind.value, Picked.OTHERWISE, panel, events)
    return study(kind.value, Picked.BY_SCORE, panel, _by_action_only(kind, contacts, picks))


def _by_action_only(kind: RemedyKind, contacts: Sequence[_Contact], picks: _Picks) -> list[Event]:
    """All events; those of the kind that no action picked do not count."""
    found = []
    for one in contacts:
        key = one.event.pair, one.source
        if one.event.kind != kind.value:
            found.append(one.event)
        elif key not in picks.later:
            found.append(replace(one.event, counts=key in picks.first))
    return found


def _body(found: Study, waves: int) -> dict[str, Any]:
    """What the page reads. Lines only where enough pairs stand behind both of them."""
    enough = min(found.treated, found.controls) >= LEAST_PAIRS
    effect: Mapping[str, float] | None = None
    if found.effect is not None:
        effect = {name: getattr(found.effect, name) for name in ("value", "low", "high", "p")}
    return {
        "verdict": found.verdict.value,
        "picked": found.picked.value,
        "silences": [silence.value for silence in found.silences],
        "treated": found.treated,
        "controls": found.controls,
        "effect": effect,
        "lines": [
            [line.wave, round(line.treated), round(line.controls)]
            for line in (found.lines if enough else ())
        ],
        "waves": waves,
    }


def _ordered(one: int, other: int) -> Pair:
    return str(min(one, other)), str(max(one, other))
