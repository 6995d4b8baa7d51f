"""Today: what waits, what comes, what changed."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app import clock
from app.database import reading
from app.domain.tasks import Task, urgency
from app.outbox import queries as outbox
from app.outbox.wording import words
from app.today import queries
from app.today.views.seats import coming_up
from app.today.views.tasks import waiting_for
from app.web.guards import actor, allow, public, signed_in, visitor

bp = Blueprint("today", __name__)
SHOWN = 8


@bp.get("/")
@allow(public)
def front() -> ResponseReturnValue:
    """The address without a path leads to Today, or to the sign-in page."""
    return redirect(url_for(".index" if visitor() else "access.sign_in"))


@bp.get("/today")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """What waits for me, what comes next, what changed."""
    now = clock.now()
    today = now.astimezone(actor.zone).date()
    with reading() as session:
        tasks = waiting_for(session, actor, today=today, at=now)
        reader = outbox.readers(session, [actor.person_id])[actor.person_id]
        notices = outbox.notices_of(session, actor.person_id, limit=SHOWN)
        return render_template(
            "today/index.html",
            today=today,
            tasks=[_shown(task, today) for task in tasks],
            gatherings=coming_up(session, actor, at=now),
            stays=queries.own_stays(session, actor),
            movements=queries.comings_and_goings(session, actor, today=today)
            if actor.is_lead
            else [],
            notices=[(notice, words(notice, reader)) for notice in notices],
        )


def _shown(task: Task, today: date) -> dict[str, object]:
    return {
        "icon": task.icon,
        "title": task_title(task),
        "url": url_for(task.endpoint, **dict(task.values)),
        "due_on": task.due_on,
        "urgency": urgency(task, today).value,
    }


def task_title(task: Task) -> str:
    """A task's title in the reader's language."""
    if isinstance(task.title, tuple):
        return str(ngettext(*task.title, task.count, **task.params))
    return str(gettext(task.title, **task.params))
