"""Keep the files of certificates, and say in time that one runs out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.refusals import N_
from app.gatherings.models import Certificate
from app.gatherings.queries import certificates
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify


def remind(session: Session, *, until: date, at: datetime) -> int:
    """Tell the holders of certificates that end by a day, once each; gives how many."""
    ending = certificates.running_out(session, until=until)
    for row in ending:
        row.reminded_at = at
        message = Message(
            topic=NoticeTopic.BOOKINGS,
            title=N_("Your certificate runs out: %(what)s"),
            text=N_("It is valid until %(day)s. Please book a new date if you still need it."),
            path=f"/trainings/{row.course_id}",
            action=N_("Find a date"),
            params={"what": row.title, "day": row.valid_until or until},
        )
        notify(session, message, to=[row.person_id], key=f"certificate:{row.id}:ends", at=at)
    return len(ending)


def withdraw(session: Session, certificate: Certificate, *, at: datetime) -> None:
    """Take a certificate back and tell its holder; whoever checks its code is told that, too."""
    certificate.withdrawn_at, certificate.pdf = at, None
    message = Message(
        topic=NoticeTopic.BOOKINGS,
        title=N_("Your certificate was withdrawn: %(what)s"),
        text=N_(
            "The list of who was there was corrected, and says now that you missed something. If"
            " that is wrong, please tell whoever led the training."
        ),
        path="/certificates",
        action=N_("Look at it"),
        params={"what": certificate.title},
    )
    key = f"certificate:{certificate.id}:withdrawn"
    notify(session, message, to=[certificate.person_id], key=key, at=at)


def store(session: Session, certificate_id: int, content: bytes) -> None:
    """Keep the file of a certificate, unless it was taken back meanwhile. One statement."""
    session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, certificates.in_force())
        .values(pdf=content)
    )
