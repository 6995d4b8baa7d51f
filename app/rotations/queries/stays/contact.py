"""Between which two teams a stay was, for the person away and for those who were host."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.roles import Actor
from app.domain.stays import OVER
from app.domain.voices import TIME_TO_SPEAK, Contact
from app.rotations.models import Stay


def name_of(stay_id: int) -> str:
    """The name of a stay among contacts."""
    return f"stay:{stay_id}"


def contact_of(session: Session, stay_id: int, actor: Actor, *, at: datetime) -> Contact | None:
    """A stay that ended in the last two weeks, seen by one who was there; None for others.

    One statement or two.
    """
    wanted = name_of(stay_id)
    found = (contact for contact, _stay in recent(session, actor, at=at))
    return next((contact for contact in found if contact.name == wanted), None)


def recent(session: Session, actor: Actor, *, at: datetime) -> list[tuple[Contact, Stay]]:
    """The stays of the last two weeks somebody was part of, in order. One statement.

    That is the person away, the buddy, and who leads the host team: the home lead was not there.
    A stay is over when it has ended, not on the day it was planned to.
    """
    stays = session.scalars(
        select(Stay)
        .where(
            Stay.state.in_(OVER),
            Stay.ended_at <= at,
            Stay.ended_at > at - TIME_TO_SPEAK,
            or_(
                Stay.person_id == actor.person_id,
                Stay.buddy_id == actor.person_id,
                Stay.host_team_id.in_(sorted(actor.responsible_for)),
            ),
        )
        .order_by(Stay.ended_at, Stay.id)
        .options(joinedload(Stay.person), joinedload(Stay.host))
    )
    return [(_seen(stay, actor), stay) for stay in stays]


def _seen(stay: Stay, actor: Actor) -> Contact:
    was_away = stay.person_id == actor.person_id
    home, host = stay.home_team_id, stay.host_team_id
    own, other = (home, host) if was_away else (host, home)
    assert stay.ended_at is not None  # noqa: S101 - the query asked for it
    about = f"{stay.person.name} · {stay.host.name}"
    return Contact(name_of(stay.id), own, other, stay.ended_at, about)
