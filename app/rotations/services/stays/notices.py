"""What people are told about a stay, and who is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.consent import ConsentParty, ConsentState
from app.domain.refusals import N_
from app.domain.stays import StayState
from app.domain.timespan import last_day
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from app.rotations.models import CheckIn, Consent, Stay
from app.rotations.queries.stays.people import Parties, parties_of


@dataclass(frozen=True, slots=True)
class Words:
    """English message ids of one notice; the stay fills the placeholders."""

    title: str
    text: str
    action: str
    must_know: bool = False


YOUR_PLACE = Words(
    N_("You have a place: %(task)s"),
    N_(
        "You can work with %(host)s from %(first)s to %(last)s. Please agree or decline until"
        " %(due)s. You need not give a reason."
    ),
    N_("Answer"),
    must_know=True,
)
YOUR_PLACE_MOVED = Words(
    N_("Your place has changed: %(task)s"),
    N_(
        "Your stay with %(host)s is now planned from %(first)s to %(last)s. Please agree or decline"
        " until %(due)s. You need not give a reason."
    ),
    N_("Answer"),
    must_know=True,
)
MOVED = Words(
    N_("A stay has changed: %(person)s"),
    N_("%(person)s of %(home)s is now planned with %(host)s from %(first)s to %(last)s."),
    N_("Look at the stay"),
    must_know=True,
)
HOST_ASKED = Words(
    N_("Please agree to a guest: %(person)s"),
    N_(
        "%(person)s of %(home)s would like to work with %(host)s from %(first)s to %(last)s:"
        " %(task)s. Please answer until %(due)s."
    ),
    N_("Answer"),
)
HR_ASKED = Words(
    N_("Please agree to a stay: %(person)s"),
    N_(
        "%(person)s of %(home)s and %(host)s agreed to a stay from %(first)s to %(last)s."
        " Please answer until %(due)s."
    ),
    N_("Answer"),
)
COUNCIL_ASKED = Words(
    N_("Consent of the works council: %(person)s"),
    N_(
        "%(person)s of %(home)s is to work with %(host)s from %(first)s to %(last)s: %(task)s."
        " The time to answer ends on %(due)s."
    ),
    N_("Open the register"),
    must_know=True,
)
AGREED = Words(
    N_("The stay is agreed: %(person)s with %(host)s"),
    N_(
        "Everybody agreed: %(person)s works with %(host)s from %(first)s to %(last)s. Please fill"
        " in the practical sheet before the first day."
    ),
    N_("Open the practical sheet"),
    must_know=True,
)
NOT_TAKEN = Words(
    N_("A stay will not take place: %(person)s with %(host)s"),
    N_("The stay of %(person)s with %(host)s from %(first)s to %(last)s will not take place."),
    N_("Look at the stay"),
    must_know=True,
)
SEAT_FREE = Words(
    N_("A place is free again: %(task)s"),
    N_(
        "The stay of %(person)s with %(host)s from %(first)s to %(last)s will not take place."
        " Please plan the place anew."
    ),
    N_("Plan anew"),
    must_know=True,
)
STARTED = Words(
    N_("The stay with %(host)s begins: %(person)s"),
    N_("From %(first)s to %(last)s %(person)s works with %(host)s: %(task)s."),
    N_("Look at the stay"),
)
ENDS_EARLIER = Words(
    N_("A stay ends earlier: %(person)s with %(host)s"),
    N_("The last day of %(person)s with %(host)s is %(last)s. Nobody has to explain why."),
    N_("Look at the stay"),
    must_know=True,
)
DEBRIEF = Words(
    N_("Please look back: %(person)s with %(host)s"),
    N_(
        "The stay is over. What did you learn, and what should change? Three points are enough,"
        " and somebody on the other side will answer each."
    ),
    N_("Write the debrief"),
)
CHECK_IN = Words(
    N_("How is it going with %(host)s?"),
    N_("A short conversation about the stay of %(person)s is due on %(due)s: two questions."),
    N_("Open the check-in"),
)
CHECK_IN_REMINDER = Words(
    N_("Still open: how is it going with %(host)s?"),
    N_("The short conversation about the stay of %(person)s was due on %(due)s."),
    N_("Open the check-in"),
)
CONSENT_REMINDER = Words(
    N_("Your answer is missing: %(person)s with %(host)s"),
    N_("Please answer until %(due)s: %(person)s with %(host)s from %(first)s to %(last)s."),
    N_("Answer"),
)
ASKED = {ConsentParty.HOST: HOST_ASKED, ConsentParty.HR: HR_ASKED}


def place_given(session: Session, stay: Stay, *, at: datetime) -> None:
    """Tell the person of their place and ask for their answer."""
    due = _due_of(stay, ConsentParty.PERSON)
    _tell(session, stay, YOUR_PLACE, to={stay.person_id}, key=f"asked:person:{at}", at=at, due=due)


def next_asked(session: Session, stay: Stay, *, today: date, at: datetime) -> None:
    """Ask whose turn it is, once per time of asking."""
    consent = _asked(stay)
    if consent is None or consent.asked_at is None:
        return
    parties = parties_of(session, stay, today=today)
    words = COUNCIL_ASKED if consent.party is ConsentParty.COUNCIL else ASKED.get(consent.party)
    _tell(
        session,
        stay,
        words or YOUR_PLACE,
        to=answerers(parties, consent.party),
        key=f"asked:{consent.party}:{consent.asked_at}",
        at=at,
        due=consent.due_on,
        path=path_of(stay, consent.party),
    )


def remind_consent(
    session: Session, stay: Stay, consent: Consent, *, today: date, at: datetime
) -> None:
    """Remind whose answer is missing, once per time of asking."""
    parties = parties_of(session, stay, today=today)
    _tell(
        session,
        stay,
        CONSENT_REMINDER,
        to=answerers(parties, consent.party),
        key=f"remind:{consent.party}:{consent.asked_at}",
        at=at,
        due=consent.due_on,
        path=path_of(stay, consent.party),
    )


def moved(session: Session, stay: Stay, *, today: date, at: datetime) -> None:
    """Tell the person and both sides of new days or a new place."""
    parties = parties_of(session, stay, today=today)
    key = f"v{stay.version}:moved"
    due = _due_of(stay, ConsentParty.PERSON)
    _tell(session, stay, YOUR_PLACE_MOVED, to={stay.person_id}, key=key, at=at, due=due)
    _tell(session, stay, MOVED, to=parties.home | parties.host, key=key, at=at)


def state_changed(
    session: Session, stay: Stay, *, before: StayState, today: date, at: datetime
) -> None:
    """Tell those concerned that the stay is agreed, begins, ends or will not take place."""
    parties = parties_of(session, stay, today=today)
    key = f"v{stay.version}:{stay.state}"
    if stay.state is StayState.AGREED:
        _tell(session, stay, AGREED, to=parties.teams | parties.hr, key=key, at=at)
    elif stay.state is StayState.RUNNING:
        words = AGREED if before is StayState.PROPOSED else STARTED
        _tell(session, stay, words, to=parties.teams, key=key, at=at)
    elif stay.state in {StayState.DECLINED, StayState.CANCELLED}:
        _tell(session, stay, NOT_TAKEN, to=parties.teams - parties.hr, key=key, at=at)
        _tell(session, stay, SEAT_FREE, to=parties.hr, key=key, at=at, path="/programme")
    else:
        debrief_opened(session, stay, today=today, at=at)


def ends_earlier(session: Session, stay: Stay, *, today: date, at: datetime) -> None:
    """Tell those concerned of an earlier last day."""
    parties = parties_of(session, stay, today=today)
    key = f"v{stay.version}:earlier"
    _tell(session, stay, ENDS_EARLIER, to=parties.teams | parties.hr, key=key, at=at)


def debrief_opened(session: Session, stay: Stay, *, today: date, at: datetime) -> None:
    """Ask the person and both teams to look back, once."""
    parties = parties_of(session, stay, today=today)
    to = {parties.person} | parties.home | parties.host
    _tell(session, stay, DEBRIEF, to=to, key="debrief", at=at, path=f"/stays/{stay.id}/debrief")


def check_in_due(
    session: Session, stay: Stay, check_in: CheckIn, *, again: bool, at: datetime
) -> None:
    """Ask, or once more remind, the person and the buddy."""
    to = {person for person in (stay.person_id, stay.buddy_id) if person is not None}
    _tell(
        session,
        stay,
        CHECK_IN_REMINDER if again else CHECK_IN,
        to=to,
        key=f"check-in:{check_in.kind}:{check_in.due_on}:{again}",
        at=at,
        due=check_in.due_on,
        path=f"/stays/{stay.id}/check-ins/{check_in.kind}",
    )


def answerers(parties: Parties, party: ConsentParty) -> frozenset[int]:
    """Who may answer for a party."""
    return {
        ConsentParty.PERSON: frozenset({parties.person}),
        ConsentParty.HOST: parties.host,
        ConsentParty.HR: parties.hr,
        ConsentParty.COUNCIL: parties.council,
    }[party]


def path_of(stay: Stay, party: ConsentParty) -> str:
    """Where a party answers; the works council sees its register and nothing else."""
    return f"/council/{stay.id}" if party is ConsentParty.COUNCIL else f"/stays/{stay.id}"


def _asked(stay: Stay) -> Consent | None:
    return next((c for c in stay.consents if c.state is ConsentState.ASKED), None)


def _due_of(stay: Stay, party: ConsentParty) -> date | None:
    return next((c.due_on for c in stay.consents if c.party is party), None)


def _tell(  # noqa: PLR0913 - one notice has this many sides
    session: Session,
    stay: Stay,
    words: Words,
    *,
    to: Iterable[int],
    key: str,
    at: datetime,
    due: date | None = None,
    path: str | None = None,
) -> None:
    message = Message(
        topic=NoticeTopic.STAYS,
        title=words.title,
        text=words.text,
        path=path or f"/stays/{stay.id}",
        action=words.action,
        must_know=words.must_know,
        params={
            "task": stay.placement.title,
            "person": stay.person.name,
            "home": stay.home.name,
            "host": stay.host.name,
            "first": stay.starts_on,
            "last": last_day(stay.ends_on),
            "due": due or stay.starts_on,
        },
    )
    notify(session, message, to=to, key=f"stay:{stay.id}:{key}", at=at)
