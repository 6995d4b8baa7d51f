"""What people and HR do with stays: open, answer, move, cancel, end."""

from app.rotations.services.stays.answering import answer, deem, withdraw
from app.rotations.services.stays.ending import end_early
from app.rotations.services.stays.moving import cancel_stay, move_stay, settle_freed_seat
from app.rotations.services.stays.opening import open_stay

__all__ = [
    "answer",
    "cancel_stay",
    "deem",
    "end_early",
    "move_stay",
    "open_stay",
    "settle_freed_seat",
    "withdraw",
]
