"""Fills an empty database with the demo company, the past through the product's own services."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from app.people.services import holidays, passwords
from app.surveys.services.keys import Keys, KeysInMemory
from seed import busy_times, history, rounds, starting
from seed.accounts import PASSWORD
from seed.people import make_company


def load(session: Session, *, now: datetime, seed: int, keys: Keys | None = None) -> None:
    """Make the company as it would be at `now` (UTC). About 120 people; some seconds.

    `keys` keeps the key of the open survey; without it that survey can never be closed.
    """
    random = Random(seed)
    company = make_company(session, random, now=now, password=passwords.hashed(PASSWORD))
    rounds.make_blackouts(session, company)
    holidays.fill(session, today=now.date())
    history.tell(session, company, random, seed=seed, keys=keys or KeysInMemory())
    everybody = [person for team in company.members.values() for person in team[1:]]
    open_round = rounds.make_round(session, company, rounds.OPEN)
    placements = rounds.make_placements(session, company, open_round, random)
    people = random.sample(everybody, k=rounds.OPEN.applicants)
    applications = rounds.make_applications(
        session, company, open_round, placements, people, random
    )
    rounds.endorse_some(session, company, open_round, applications, random)
    starting.begin(session, company, placements)
    draft = rounds.make_round(session, company, rounds.DRAFT)
    rounds.make_placements(session, company, draft, random)
    busy_times.bring(session, company, Random(seed), now=now)
