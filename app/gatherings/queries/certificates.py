"""Certificates: of a person, by their code, and those the worker still has to write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased, defer, joinedload

from app.domain.attendance import CERTIFICATE_LENGTH, read_code
from app.gatherings.models import Booking, Certificate


def in_force() -> ColumnElement[bool]:
    """The condition that a certificate was not withdrawn; it may have run out all the same."""
    return Certificate.withdrawn_at.is_(None)


def of_person(session: Session, person_id: int) -> Sequence[Certificate]:
    """A person's certificates without their files, withdrawn ones too, newest first.

    One statement.
    """
    return session.scalars(
        select(Certificate)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.last_day.desc(), Certificate.id.desc())
        .options(defer(Certificate.pdf, raiseload=True))
    ).all()


def written_ones(session: Session, person_id: int) -> set[int]:
    """Keys of a person's certificates whose file is there. One statement."""
    return set(
        session.scalars(
            select(Certificate.id).where(
                Certificate.person_id == person_id, Certificate.pdf.is_not(None)
            )
        )
    )


def find(session: Session, certificate_id: int) -> Certificate | None:
    """A certificate with its file, or None. One statement."""
    return session.get(Certificate, certificate_id)


def by_code(session: Session, text: str) -> Certificate | None:
    """The certificate with this code, or None; spaces and dashes do not matter. One statement."""
    code = read_code(text)
    if len(code) != CERTIFICATE_LENGTH:
        return None
    return session.scalar(
        select(Certificate)
        .where(Certificate.code == code)
        .options(defer(Certificate.pdf, raiseload=True))
    )


def unwritten(session: Session, *, limit: int) -> Sequence[Certificate]:
    """Certificates without a file, oldest first, with booking and gathering. One statement."""
    return session.scalars(
        select(Certificate)
        .where(Certificate.pdf.is_(None), in_force())
        .order_by(Certificate.id)
        .limit(limit)
        .options(joinedload(Certificate.booking).joinedload(Booking.gathering))
    ).all()


def running_out(session: Session, *, until: date) -> Sequence[Certificate]:
    """Certificates that end by a day and whose holders were not told. One statement.

    Who holds a newer one of the same course, with or without an end, is not told.
    """
    newer = aliased(Certificate)
    renewed = (
        select(newer.id)
        .where(
            newer.person_id == Certificate.person_id,
            newer.course_id == Certificate.course_id,
            newer.withdrawn_at.is_(None),
            or_(newer.valid_until.is_(None), newer.valid_until > Certificate.valid_until),
        )
        .exists()
    )
    return session.scalars(
        select(Certificate)
        .where(
            Certificate.valid_until <= until,
            Certificate.reminded_at.is_(None),
            in_force(),
            ~renewed,
        )
        .options(defer(Certificate.pdf, raiseload=True))
    ).all()
