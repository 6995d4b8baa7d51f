"""What people and rooms do with time: hold it, let it go, call it off."""

from app.agenda.services.commitments import (
    Claim,
    call_off,
    call_off_all,
    hold,
    hold_all,
    release,
    release_all,
    relocate,
)

__all__ = [
    "Claim",
    "call_off",
    "call_off_all",
    "hold",
    "hold_all",
    "release",
    "release_all",
    "relocate",
]
