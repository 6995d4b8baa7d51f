"""Makers of the agenda: each writes as the room itself does, and gives what was written."""

from datetime import UTC, datetime, timedelta
from itertools import count

from app.agenda.models import CommitmentKind, FeedVariant
from app.agenda.services import Claim, hold
from app.agenda.services.feeds import LinkWish, give_link
from app.domain.timespan import Timespan
from tests.factories import NOW, make_account

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
_sources = count(1)


def claim(person, start=NINE, *, hours=2, title="Listening", **fields):
    values = {
        "kind": CommitmentKind.SESSION,
        "source_id": next(_sources),
        "hard": False,
        "zone": "Europe/Berlin",
        "path": "/sessions/1",
        **fields,
    }
    span = Timespan(start, start + timedelta(hours=hours))
    return Claim(person_id=person.id, title=title, span=span, **values)


def make_commitment(session, person, start=NINE, *, at=NOW, **fields):
    held = hold(session, claim(person, start, **fields), at=at)
    session.flush()
    return held


def make_feed(session, person, *, team=None, variant=FeedVariant.FULL, at=NOW):
    """Give a link of this person (with an account) and the address of its feed."""
    from app.people.models import Account

    if session.get(Account, person.id) is None:
        make_account(session, person)
    wish = LinkWish(person.id, team.id if team else None, variant)
    link, token = give_link(session, wish, at=at, by=person.id)
    return link, f"/calendar/{token}.ics"
