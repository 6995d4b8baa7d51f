"""`flask calendar link`: hand out the address of a feed."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app import clock
from app.agenda.access.feeds import may_follow
from app.agenda.models import FeedVariant
from app.agenda.services.feeds import LinkWish, give_link
from app.cli.calendar import calendar
from app.database import unit_of_work
from app.domain.mailbox import NoMailbox, normalised
from app.people.models import Account, Person, Team
from app.people.queries.actors import describe

__all__ = ["calendar", "link"]


@calendar.command("link")
@click.argument("email")
@click.option("--team", "team_name", help="The feed of this team instead of the person's own.")
@click.option("--busy", is_flag=True, help="Only that time is taken, no titles and places.")
def link(email: str, team_name: str | None, *, busy: bool) -> None:
    """Make a link for the person with this address and print it, this once.

    An older link of the same kind stops working.
    """
    now = clock.now()
    with unit_of_work() as session:
        person = _person(session, email)
        team_id = None if team_name is None else _team(session, person, team_name, now)
        wish = LinkWish(person.id, team_id, FeedVariant.BUSY if busy else FeedVariant.FULL)
        _, token = give_link(session, wish, at=now, by=None)
    click.echo(f"{current_app.extensions['settings'].base_url}/calendar/{token}.ics")


def _person(session: Session, email: str) -> Person:
    try:
        address = normalised(email)
    except NoMailbox as wrong:
        raise click.ClickException(f"{email} is no mail address.") from wrong
    person = session.scalar(
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Person.email == address, Account.active)
        .options(joinedload(Person.site))
    )
    if person is None:
        raise click.ClickException(f"Nobody with an open account has the address {email}.")
    return person


def _team(session: Session, person: Person, name: str, now: datetime) -> int:
    today = now.astimezone(person.site.timezone).date()
    actor = describe(session, person, zone=person.site.zone, login=0, today=today)
    found = session.scalars(select(Team).where(Team.name == name).order_by(Team.id)).all()
    if not found:
        raise click.ClickException(f"There is no team {name}.")
    mine = [team.id for team in found if may_follow(actor, team.id)]
    if not mine:
        raise click.ClickException(f"{person.name} neither belongs to {name} nor answers for it.")
    return mine[0]
