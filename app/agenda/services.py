"""Hold and release people's time: the one place where commitments are written."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.domain.timespan import Timespan


@dataclass(frozen=True, slots=True)
class Claim:
    """What a room asks of a person's time.

    `source_id` is the key of the stay it stands for. A hard claim never overlaps another hard one
    (I3); a soft one only warns.
    """

    kind: CommitmentKind
    source_id: int
    person_id: int
    title: str
    span: Timespan
    hard: bool
    home_team_id: int | None = None
    host_team_id: int | None = None


def hold(session: Session, claim: Claim) -> Commitment:
    """Write or renew the commitment behind a claim, active. Two statements.

    A hard overlap raises IntegrityError (`ex_commitment_one_place`) at the flush done here.
    """
    found = _find(session, claim.kind, claim.source_id, claim.person_id)
    held = found or Commitment(
        kind=claim.kind, source_id=claim.source_id, person_id=claim.person_id
    )
    held.title = claim.title[:200]
    held.starts_at, held.ends_at = claim.span.start, claim.span.end
    held.hard, held.active = claim.hard, True
    held.home_team_id, held.host_team_id = claim.home_team_id, claim.host_team_id
    session.add(held)
    session.flush()  # the rule against two places speaks now, not at commit
    return held


def release(session: Session, kind: CommitmentKind, source_id: int, person_id: int) -> None:
    """Let go of a person's time; the row stays as history."""
    held = _find(session, kind, source_id, person_id)
    if held is not None:
        held.active = False


def _find(
    session: Session, kind: CommitmentKind, source_id: int, person_id: int
) -> Commitment | None:
    return session.scalar(
        select(Commitment).where(
            Commitment.kind == kind,
            Commitment.source_id == source_id,
            Commitment.person_id == person_id,
        )
    )
