"""Terms of an announced session: other trainers, another minimum, another last day to book."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import clock
from app.database import UnitOfWork, reading
from app.gatherings.forms import sessions as forms
from app.gatherings.forms.leading import joined, split
from app.gatherings.models import Gathering
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.services import planning
from app.gatherings.views.planning.blueprint import bp, found, maker
from app.gatherings.views.planning.stepping import Step, opened, shown, taken
from app.web.guards import allow, hr

WAYS = {"split": split, "join": joined}


def _form(session: UnitOfWork, gathering: Gathering, *, stored: bool = False) -> Any:
    kind = forms.terms_form(gathering, clock.now())
    form = kind(formdata=None, data=forms.stored(gathering)) if stored else kind()
    today = clock.now().date()
    known = [row.person for meeting in gathering.meetings for row in meeting.trainers]
    form.offer_trainers(queries.trainers(session, today=today), known)
    return form


def _change(session: UnitOfWork, gathering: Gathering, form: Any) -> None:
    """Keep other terms; trainers who come or go are told."""
    terms = forms.terms(form, gathering)
    planning.change_terms(session, gathering, terms, maker(), at=clock.now())


TERMS = Step("gatherings/planning/terms.html", _form, _change)


@bp.get("/sessions/<int:gathering_id>/terms")
@allow(hr, scoped=True)
def terms(gathering_id: int) -> ResponseReturnValue:
    """The terms as they stand; where nothing can change any more, the page of the session."""
    return opened(TERMS, gathering_id)


@bp.post("/sessions/<int:gathering_id>/terms")
@allow(hr, scoped=True)
def change_terms(gathering_id: int) -> ResponseReturnValue:
    """Name trainers in the other way (for all meetings, or for each), or keep what was entered."""
    way = WAYS.get(request.form.get("do", ""))
    if way is None:
        return taken(TERMS, gathering_id)
    with reading() as session:
        gathering = found(session, gathering_id)
        form = _form(session, gathering)
        sent = MultiDict(request.form)
        for name, values in way(sent, form.numbers).items():
            sent.setlist(name, values)
        form.process(formdata=sent)
        return shown(session, TERMS, gathering, form)
