"""Three taps after a contact: one page for every kind; told per pair of teams only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.voices import TIME_TO_SPEAK, Contact, NotYourTurn
from app.voices.forms.taps import TapsForm
from app.voices.queries.taps import has_tapped
from app.voices.services.taps import give_taps
from app.web.guards import actor
from app.web.problems import translated

Find = Callable[[UnitOfWork], Contact]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page says: its question, where it stands, and its own address."""

    question: str
    trail: tuple[str, str]  # label and address of the page above
    path: str


def ask(find: Find, asked: Asked) -> ResponseReturnValue:
    """Show the three taps; `find` answers 404 for who was not there or is too late."""
    with reading() as session:
        contact = find(session)
        done = has_tapped(session, contact.name, actor.person_id)
    return _page(TapsForm(formdata=None), asked, contact, 200, done=done)


def take(find: Find, asked: Asked) -> ResponseReturnValue:
    """Hand them in, once."""
    form = TapsForm()
    if not form.validate_on_submit():
        with reading() as session:
            return _page(form, asked, find(session), 422)
    try:
        with unit_of_work() as session:
            contact = find(session)
            give_taps(session, contact, actor.person_id, form.taps(), at=clock.now())
    except NotYourTurn as refusal:
        flash(translated(refusal), "warning")
        return redirect(asked.path, 303)
    flash(_("Thank you. It counts for the two teams, without your name."), "success")
    return redirect(asked.path, 303)


def _page(
    form: TapsForm, asked: Asked, contact: Contact, status: int, *, done: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "voices/taps.html",
        form=form,
        asked=asked,
        contact=contact,
        has_tapped=done,
        forgotten_at=contact.ended_at + TIME_TO_SPEAK,
    )
    return page, status
