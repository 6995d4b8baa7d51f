"""Draw lots among equally needy pairs, once per wave and kind, so that anybody can repeat it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.database import insert_ignoring_twins
from app.domain.refusals import N_, Invalid, Refusal
from app.health.models import Draw, RemedyKind
from app.health.queries import draws, snapshots
from app.scoring import lottery

DRAWN_KINDS = (RemedyKind.ROTATION, RemedyKind.TRIP, RemedyKind.SESSION)
MOST_PLACES = 50
SEED_BYTES = 16
Pair = tuple[int, int]


class NothingPublished(Refusal):
    """Without a published wave nobody knows who is in need."""

    msgid = N_("Lots are drawn after the first survey wave is published.")


class DrawnAlready(Refusal):
    """A second draw would let somebody choose the result."""

    msgid = N_("Lots for this kind are drawn already after this wave. The draw below stands.")


class TooFewPairs(Invalid):
    """A lottery needs as many blanks as prizes, among pairs whose needs are alike."""

    msgid = N_(
        "That is too many. Lots are drawn among pairs that are equally needy, and there are enough"
        " of them for %(most)d at most."
    )


class NobodyAlike(Invalid):
    """Where every pair differs from the next, chance has nothing to decide."""

    msgid = N_("No two pairs are equally needy, so the needier one is first, without lots.")


def draw_lots(
    session: Session, wave_id: int, kind: RemedyKind, places: int, *, by: int, at: datetime
) -> Draw:
    """List twice as many equally needy pairs as there are places, and draw half of them.

    The seed is made after places and pairs are fixed and is stored with them for good, so that
    nobody can try out what would be drawn. Raises NothingPublished, TooFewPairs, NobodyAlike,
    DrawnAlready (also when somebody was faster).
    """
    snapshot = snapshots.of_wave(session, wave_id)
    if snapshot is None:
        raise NothingPublished
    if kind in draws.of_wave(session, wave_id):
        raise DrawnAlready
    pairs = _listed(draws.in_lots(session, snapshot, kind, at=at), places)
    seed = secrets.token_hex(SEED_BYTES)
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


def most_places(weights: Mapping[Pair, float]) -> int:
    """For how many of these pairs lots can be drawn; 0 where no two are equally needy."""
    return min(MOST_PLACES, lottery.most_places(_by_name(weights)))


def _listed(weights: Mapping[Pair, float], places: int) -> list[Pair]:
    """Equally needy pairs in order of need; equal weights by name."""
    found = lottery.listed(_by_name(weights), places)
    if found is None:
        most = most_places(weights)
        raise TooFewPairs(most=most) if most else NobodyAlike
    return [(int(low), int(high)) for low, high in found.pairs]


def _by_name(weights: Mapping[Pair, float]) -> dict[tuple[str, str], float]:
    return {_named(pair): weight for pair, weight in weights.items()}


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
