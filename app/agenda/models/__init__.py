"""Who is busy when, and what calendars are told of it."""

from app.agenda.models.commitments import Commitment, CommitmentKind, ShownAs

__all__ = ["Commitment", "CommitmentKind", "ShownAs"]
