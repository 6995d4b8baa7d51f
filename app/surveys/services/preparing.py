"""What HR does with a wave before and while it is open: prepare, plan, extend, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid
from app.domain.waves import (
    FORMULA,
    PREPARED,
    OnlyLater,
    OverlapsAnother,
    StartsInThePast,
    Terms,
    WaveState,
    WrongState,
)
from app.surveys.models import Wave
from app.surveys.queries import waves as queries
from app.surveys.services.emptying import empty, end

TITLE_TAKEN = N_("Another wave already has this title.")


class BadFields(Invalid):
    """Some fields cannot be as entered; `problems` is field name -> English message."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__()
        self.problems = dict(problems)


def create(session: Session, terms: Terms, *, by: int | None, at: datetime) -> Wave:
    """Begin a wave as a draft. Raises BadFields."""
    _check_title(session, terms.title, except_id=None)
    wave = Wave(
        title=terms.title,
        opens_on=terms.opens_on,
        ends_on=terms.ends_on,
        k=terms.k,
        k_target=terms.k_target,
        formula=FORMULA,
        created_at=at,
    )
    session.add(wave)
    session.flush()  # the audit entry names its key
    note(session, wave, by, at, change="created")
    return wave


def change(session: Session, wave: Wave, terms: Terms, *, by: int | None, at: datetime) -> None:
    """Change the terms of a wave that is not open yet; the caller has compared the version.

    Raises WrongState and BadFields.
    """
    if wave.state not in PREPARED:
        raise WrongState
    _check_title(session, terms.title, except_id=wave.id)
    names = ("title", "opens_on", "ends_on", "k", "k_target")
    changed = [name for name in names if getattr(wave, name) != getattr(terms, name)]
    for name in changed:
        setattr(wave, name, getattr(terms, name))
    if wave.state is WaveState.PLANNED:
        _check_calendar(session, wave)
    if changed:
        note(session, wave, by, at, change="changed", fields=changed)


def _check_title(session: Session, title: str, *, except_id: int | None) -> None:
    if queries.is_title_taken(session, title, except_id=except_id):
        raise BadFields({"title": TITLE_TAKEN})


def _check_calendar(session: Session, wave: Wave) -> None:
    if queries.overlapping(session, wave.opens_on, wave.ends_on, except_id=wave.id):
        raise OverlapsAnother


def plan(session: Session, wave: Wave, *, by: int | None, today: date, at: datetime) -> None:
    """Let the wave open by itself on its first day.

    Raises WrongState, StartsInThePast and OverlapsAnother.
    """
    if wave.state is not WaveState.DRAFT:
        raise WrongState
    if wave.opens_on < today:
        raise StartsInThePast
    _check_calendar(session, wave)
    wave.state = WaveState.PLANNED
    note(session, wave, by, at, change="planned")


def unplan(session: Session, wave: Wave, *, by: int | None, at: datetime) -> None:
    """Make a planned wave a draft again. Raises WrongState."""
    if wave.state is not WaveState.PLANNED:
        raise WrongState
    wave.state = WaveState.DRAFT
    note(session, wave, by, at, change="no longer planned")


def extend(
    session: Session, wave: Wave, ends_on: date, *, by: int | None, today: date, at: datetime
) -> None:
    """Let an open wave end later; `ends_on` is the day after the last one.

    Raises WrongState, OnlyLater once the end is reached or for an earlier end, BadLength.
    """
    if wave.state is not WaveState.OPEN:
        raise WrongState
    if today >= wave.ends_on or ends_on <= wave.ends_on:
        raise OnlyLater
    Terms(wave.title, wave.opens_on, ends_on, wave.k, wave.k_target)
    wave.ends_on = ends_on
    note(session, wave, by, at, change="extended", ends_on=ends_on.isoformat())


def cancel(session: Session, wave: Wave, *, by: int | None, at: datetime) -> None:
    """Call a wave off: whatever was handed in is destroyed unread. Raises WrongState."""
    if wave.state in {WaveState.CLOSED, WaveState.CANCELLED}:
        raise WrongState
    was_open = wave.state is WaveState.OPEN
    end(wave, WaveState.CANCELLED, at)
    wave.cleaned = not was_open
    note(session, wave, by, at, change="cancelled")
    if was_open:
        empty(session, wave)


def note(session: Session, wave: Wave, by: int | None, at: datetime, **detail: object) -> None:
    """Write a change of a wave into the audit log."""
    record(session, AuditKind.WAVE_CHANGED, actor_id=by, subject=f"wave:{wave.id}", at=at, **detail)
