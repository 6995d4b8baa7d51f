"""Name who looks after a pair of teams, one from each side, and let it end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Refusal
from app.health.queries import sponsors as queries
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from app.people.models import Sponsor


class EndsTooEarly(Invalid):
    """A sponsorship lasts a day at least."""

    msgid = N_("Please choose an end after the start.")


class StartIsPast(Invalid):
    """Whoever looks after a pair reads its figures; that is not dated back."""

    msgid = N_("Please choose today or a later day.")


class OfAnotherSide(Invalid):
    """Each side names one of its own."""

    msgid = N_("Please choose somebody who answers for this team or works in its department.")


class SideIsTaken(Invalid):
    """Two sponsors for one side would leave nobody responsible."""

    msgid = N_("This side has a sponsor in that time already. Please end that one first.")


class TwoHats(Invalid):
    """Two sides need two people."""

    msgid = N_("This person looks after the pair from the other side already.")


class EndedAlready(Refusal):
    """What is over stays over."""

    msgid = N_("This sponsorship has ended already.")


@dataclass(frozen=True, slots=True)
class SponsorDraft:
    """Who looks after a pair from the side of `team_id`, `[starts_on, ends_on)`."""

    team_id: int
    person_id: int
    starts_on: date
    ends_on: date | None


def name(
    session: Session,
    pair: tuple[int, int],
    draft: SponsorDraft,
    *,
    by: int,
    today: date,
    at: datetime,
) -> Sponsor:
    """Name a sponsor and tell the person.

    Raises StartIsPast, EndsTooEarly, OfAnotherSide, TwoHats, SideIsTaken. A lost race breaks the
    guard of the table, which is answered as a conflict.
    """
    sponsor = Sponsor(
        low_team_id=min(pair),
        high_team_id=max(pair),
        team_id=draft.team_id,
        person_id=draft.person_id,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
    )
    _check(session, sponsor, today)
    session.add(sponsor)
    session.flush()  # its key names the notice
    _note(session, sponsor, "named", by, at)
    _tell(session, sponsor, _named(sponsor), "named", at)
    return sponsor


def _check(session: Session, sponsor: Sponsor, today: date) -> None:
    if sponsor.starts_on < today:
        raise StartIsPast
    if sponsor.ends_on is not None and sponsor.ends_on <= sponsor.starts_on:
        raise EndsTooEarly
    possible = queries.candidates(session, sponsor.team_id, today=today)
    if sponsor.person_id not in {person.id for person in possible}:
        raise OfAnotherSide
    if queries.clashing(session, sponsor):
        raise SideIsTaken
    pair = sponsor.low_team_id, sponsor.high_team_id
    if any(_meets(other, sponsor) for other in queries.through_time(session, *pair)):
        raise TwoHats


def _meets(other: Sponsor, new: Sponsor) -> bool:
    """Whether the same person looks after the pair in a time that overlaps."""
    starts_before = new.ends_on is None or other.starts_on < new.ends_on
    ends_after = other.ends_on is None or other.ends_on > new.starts_on
    return other.person_id == new.person_id and starts_before and ends_after


def end(session: Session, sponsor: Sponsor, *, by: int, today: date, at: datetime) -> None:
    """End a sponsorship today, so that yesterday was its last day; one to come is taken back.

    Raises EndedAlready.
    """
    if sponsor.ends_on is not None and sponsor.ends_on <= today:
        raise EndedAlready
    _note(session, sponsor, "ended", by, at)
    _tell(session, sponsor, _over(sponsor), "ended", at)
    if sponsor.starts_on >= today:
        session.delete(sponsor)
    else:
        sponsor.ends_on = today


def _named(sponsor: Sponsor) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("You look after a pair of teams"),
        text=N_("From %(day)s on you see its figures and help that weak results are answered."),
        path="/health/",
        action=N_("To the figures"),
        params={"day": sponsor.starts_on},
        must_know=True,
    )


def _over(sponsor: Sponsor) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("You no longer look after a pair of teams"),
        text=N_("HR has ended it. Thank you for what you did for both teams."),
        path="/health/",
        action=N_("To the figures"),
        params={},
        must_know=True,
    )


def _tell(session: Session, sponsor: Sponsor, message: Message, what: str, at: datetime) -> None:
    key = f"sponsor:{sponsor.id}:{what}:{at.isoformat()}"  # keys of rows taken back come again
    notify(session, message, to=[sponsor.person_id], key=key, at=at)


def _note(session: Session, sponsor: Sponsor, change: str, by: int, at: datetime) -> None:
    record(
        session,
        AuditKind.SPONSOR_CHANGED,
        actor_id=by,
        subject=f"sponsor:{sponsor.id}",
        at=at,
        change=change,
        pair=[sponsor.low_team_id, sponsor.high_team_id],
        person=sponsor.person_id,
    )
