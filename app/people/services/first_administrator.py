"""The very first person: whoever holds the link that the first start prints."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import N_, Refusal
from app.domain.roles import Role
from app.people.models import LinkPurpose, Person, Site
from app.people.services import accounts, links
from app.people.services.signing_in import normalised

NUMBER = "ADMIN-1"


class AlreadySetUp(Refusal):
    """From then on administrators are appointed by administrators."""

    msgid = N_("There is an administrator already.")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who sets the program up, and the site where this person works."""

    given_name: str
    family_name: str
    email: str
    site: str
    zone: str
    country: str


def offer(session: Session, *, at: datetime) -> str | None:
    """A new link's secret while there is no administrator, else None. Older ones die."""
    if accounts.administrators(session, at=at):
        return None
    return links.issue(session, LinkPurpose.FIRST_ADMINISTRATOR, person_id=None, by=None, at=at)


def appoint(
    session: Session, newcomer: Newcomer, password: str, *, at: datetime
) -> tuple[int, int]:
    """Make the person, the account and the role; gives the person id and the account's epoch.

    Somebody known by the e-mail address becomes the administrator. Raises AlreadySetUp, and
    Invalid for a weak password.
    """
    if accounts.administrators(session, at=at):
        raise AlreadySetUp
    email = normalised(newcomer.email)
    person = session.scalar(select(Person).where(Person.email == email))
    person = person or _new_person(session, newcomer, email, today=at.date())
    accounts.open_account(session, person.id, by=None, at=at)
    accounts.grant(session, person.id, Role.ADMINISTRATOR, by=None, at=at)
    return person.id, accounts.set_password(session, person.id, password, at=at)


def _new_person(session: Session, newcomer: Newcomer, email: str, *, today: date) -> Person:
    person = Person(
        number=NUMBER,
        given_name=newcomer.given_name,
        family_name=newcomer.family_name,
        email=email,
        site_id=_site(session, newcomer).id,
        joined_on=today,
    )
    session.add(person)
    session.flush()  # the account needs the person's id
    return person


def _site(session: Session, newcomer: Newcomer) -> Site:
    name = unicodedata.normalize("NFC", newcomer.site)
    known = session.scalar(select(Site).where(Site.name == name))
    if known is not None:
        return known
    site = Site(name=name, zone=newcomer.zone, country=newcomer.country)
    session.add(site)
    session.flush()  # the person needs the site's id
    return site
