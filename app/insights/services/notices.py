"""What owners and writers of insights are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.refusals import N_
from app.insights.models import Insight
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify

PLEASE_ANSWER = N_("“%(insight)s” Please say until %(due)s what will become of it.")


def handed_over(session: Session, insight: Insight, *, at: datetime) -> None:
    """Tell the owner on the other side."""
    message = _asking(insight, N_("Something the other team would change"))
    key = f"insight:{insight.id}:v{insight.version}"
    notify(session, message, to={insight.owner_id}, key=key, at=at)


def nearly_due(session: Session, insight: Insight, *, at: datetime) -> int:
    """Remind the owner, once per owner and last day; gives how many were told."""
    message = _asking(insight, N_("Your answer to the other team is due"))
    key = f"insight:{insight.id}:{insight.due_on}:due"
    return notify(session, message, to={insight.owner_id}, key=key, at=at)


def decided(session: Session, insight: Insight, *, to: Iterable[int], at: datetime) -> None:
    """Tell those who wrote it what became of it."""
    message = Message(
        topic=NoticeTopic.INSIGHTS,
        title=N_("An answer to what you would change"),
        text=N_("“%(insight)s” The answer: %(note)s"),
        path=_path(insight),
        action=N_("Look at the insight"),
        params={"insight": insight.text, "note": insight.fate_note},
    )
    notify(session, message, to=to, key=f"insight:{insight.id}:v{insight.version}:decided", at=at)


def _asking(insight: Insight, title: str) -> Message:
    return Message(
        topic=NoticeTopic.INSIGHTS,
        title=title,
        text=PLEASE_ANSWER,
        path=_path(insight),
        action=N_("Answer"),
        params={"insight": insight.text, "due": insight.due_on},
    )


def _path(insight: Insight) -> str:
    return f"/insights/{insight.id}"
