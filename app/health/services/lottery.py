"""Draw lots among equally needy pairs, once per wave and kind, so that anybody can repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.database import insert_ignoring_twins
from app.domain.refusals import N_, Invalid, Refusal
from app.health.models import Draw, RemedyKind, Snapshot
from app.health.queries import draws, snapshots
from app.scoring import lottery

DRAWN_KINDS = (RemedyKind.ROTATION, RemedyKind.TRIP, RemedyKind.SESSION)
MOST_PLACES = 50
Pair = tuple[int, int]


class NothingPublished(Refusal):
    """Without a published wave nobody knows who is in need."""

    msgid = N_("Lots are drawn after the first survey wave is published.")


class DrawnAlready(Refusal):
    """A second draw would let somebody choose the result."""

    msgid = N_("Lots for this kind are drawn already after this wave. The draw below stands.")


class TooFewPairs(Invalid):
    """A lottery needs as many blanks as prizes."""

    msgid = N_("That is too many: only %(pairs)d pairs are in need, and half of a list is drawn.")


def draw_lots(
    session: Session, wave_id: int, kind: RemedyKind, places: int, *, by: int, at: datetime
) -> Draw:
    """List twice as many of the neediest pairs as there are places, and draw half of them.

    The seed was drawn at the close, before anybody could know the weights; each kind has its own.
    Raises NothingPublished, TooFewPairs, DrawnAlready (also when somebody was faster).
    """
    snapshot = snapshots.of_wave(session, wave_id)
    if snapshot is None:
        raise NothingPublished
    if kind in draws.of_wave(session, wave_id):
        raise DrawnAlready
    pairs = _listed(snapshot, places)
    seed = seed_of(snapshot.body, kind)
    drawn = lottery.draw([_named(pair) for pair in pairs], places, seed)
    values = {
        "wave_id": wave_id,
        "kind": kind,
        "places": places,
        "pairs": [list(pair) for pair in pairs],
        "drawn": [list(pair) for pair in pairs if _named(pair) in drawn.now],
        "seed": seed,
        "drawn_at": at,
        "drawn_by": by,
    }
    if not insert_ignoring_twins(session, Draw, **values):
        raise DrawnAlready
    draw = draws.of_wave(session, wave_id)[kind]
    _note(session, draw, by, at)
    return draw


def seed_of(body: Mapping[str, Any], kind: RemedyKind) -> str:
    """The seed of a kind: what the close drew, and the kind's name."""
    return f"{body['lots']}:{kind.value}"


def _listed(snapshot: Snapshot, places: int) -> list[Pair]:
    """In order of need; equal weights by name."""
    weights = {_named(pair): weight for pair, weight in draws.in_need(snapshot.body).items()}
    wanted = lottery.LISTED_PER_PLACE * places
    if len(weights) < wanted:
        raise TooFewPairs(pairs=len(weights))
    return [(int(low), int(high)) for low, high in lottery.listed(weights, places)]


def _named(pair: Pair) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])


def _note(session: Session, draw: Draw, by: int, at: datetime) -> None:
    record(
        session,
        AuditKind.LOTS_DRAWN,
        actor_id=by,
        subject=f"draw:{draw.id}",
        at=at,
        given=draw.kind.value,
        wave=draw.wave_id,
        places=draw.places,
        seed=draw.seed,
    )
