"""A company whose whole survey life hangs on what its people say, and all that is read of it.

`live` goes through two waves, whatever follows from them, and into a third that is open, by the
product's own code and with fixed dice: the same words leave the same bytes. `read_all` gives what
each kind of reader finds on any page, in any file and in any export of it.
"""

import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import MetaData, select
from werkzeug.exceptions import HTTPException

from app.domain.refusals import Invalid
from app.domain.roles import Role
from app.health.models import RemedyKind
from app.health.services import contact_steps
from app.health.services.actions import About, ActionDraft, plan
from app.health.services.effects import study_newest
from app.health.services.lottery import draw_lots
from app.health.services.publishing import publish
from app.health.services.telling_low import tell_low
from app.people.models import LeadKind, Sponsor
from app.surveys.services.keys import KeysInMemory
from app.surveys.services.sealing import Remark
from app.surveys.services.voting import Ticks, comment, hand_in
from tests.conftest import CommittingClient
from tests.factories import LONG_AGO, make_lead, make_person, make_round, sign_in
from tests.health.makers import EVERYBODY, QUARTER, closed_on
from tests.people.door import good_token
from tests.surveys.makers import (
    ENDED,
    MONDAY,
    booth_of,
    close,
    dice,
    make_open_wave,
    make_sides,
    make_ties,
)

WAVES = (1, 2, 3)
OPEN = 3
SIZES = {"Rhine": 12, "Elbe": 8, "Main": 6}
TODAY = datetime.combine(MONDAY + 2 * QUARTER, datetime.min.time(), UTC) + timedelta(
    days=2, hours=9
)
# How many of a team hand in a ballot about another, by wave. Fewer than five are not told of.
VOTERS = {
    ("Rhine", "Elbe"): (12, 12, 5),
    ("Rhine", "Main"): (6, 12, 5),
    ("Elbe", "Rhine"): (8, 7, 5),
    ("Elbe", "Main"): (3, 4, 5),
    ("Main", "Rhine"): (6, 4, 5),
    ("Main", "Elbe"): (2, 5, 5),
}
VAGUE = 2  # so many ballots of each pair say too little to count


@dataclass(frozen=True)
class Story:
    """What is said: (wave, rating team, rated team) -> ballots by place in the team, and comments.

    Comments are (wave, writing team) -> sheets by place in the team, each with its remarks.
    """

    ballots: dict
    sheets: dict


def story():
    luck = dice(11)
    ballots = {
        (number, *pair): tuple(_ballot(luck, place) for place in range(voters[number - 1]))
        for pair, voters in VOTERS.items()
        for number in WAVES
    }
    sheets = {
        (number, team): tuple(
            {
                target: ({"o2": f"{number} {team} {place}"}, place % 4 != 3)
                for target in EVERYBODY[team]
            }
            for place in range(SIZES[team] - (number == OPEN))
        )
        for number in WAVES
        for team in SIZES
    }
    return Story(ballots, sheets)


def _ballot(luck, place):
    steps = (*(luck.randint(1, 3) for _question in range(9)), luck.randint(3, 5))
    return _vague(steps) if place < VAGUE else Ticks(2, steps, luck.choice([0, 2, 3]))


def _vague(steps):
    return Ticks(2, (*steps[:4], *(0,) * 6), 3)


def is_vague(ticks):
    return 0 in ticks.answers


def is_hidden(key, ballots):
    number, *_pair = key
    return number == OPEN or sum(not is_vague(ticks) for ticks in ballots) < 5


def otherwise(ticks):
    """The same questions answered, each with another step."""
    return replace(ticks, answers=tuple(tick and tick % 5 + 1 for tick in ticks.answers))


def swapped(told):
    """Within each team everybody says what a colleague said."""
    luck = dice(5)

    def shuffled(values):
        return tuple(luck.sample(values, len(values)))

    return Story(
        {key: shuffled(ballots) for key, ballots in told.ballots.items()},
        {key: shuffled(sheets) for key, sheets in told.sheets.items()},
    )


def otherwise_where_hidden(told):
    """Whatever may not be told is another thing: the same people hand in the same kinds of it."""
    return Story(
        {
            key: tuple(
                otherwise(ticks) if is_vague(ticks) or is_hidden(key, ballots) else ticks
                for ticks in ballots
            )
            for key, ballots in told.ballots.items()
        },
        {
            key: tuple(
                {
                    target: (
                        texts if readable and key[0] != OPEN else {"o2": "Otherwise"},
                        readable,
                    )
                    for target, (texts, readable) in sheet.items()
                }
                for sheet in sheets
            )
            for key, sheets in told.sheets.items()
        },
    )


def where_a_pair_says_otherwise(told, key):
    """Every ballot of one pair in one wave says something else."""
    ballots = tuple(map(otherwise, told.ballots[key]))
    return replace(told, ballots=told.ballots | {key: ballots})


KEYS = KeysInMemory()  # whose signature stands below each protocol


def live(session, told, *, backwards=False):
    """Live through it all and commit; gives the readers by what they are."""
    sides = make_sides(session, rhine=SIZES["Rhine"], elbe=SIZES["Elbe"], main=SIZES["Main"])
    make_ties(session, sides, EVERYBODY)
    readers = _readers(session, sides)
    for number in WAVES:
        opens_on = MONDAY + QUARTER * (number - 1)
        wave, _keys = make_open_wave(
            session, f"Wave {number}", keys=KEYS, today=opens_on, opens_on=opens_on
        )
        _hand_in(session, sides, wave, number, told, backwards=backwards)
        if number != OPEN:
            close(session, wave, KEYS, seed=number)
            session.flush()
            _after(session, wave, number)
    _act(session, sides, readers["hr"])
    session.commit()
    return readers


def _readers(session, sides):
    roles = (Role.HR, Role.WORKS_COUNCIL, Role.ADMINISTRATOR, Role.TRAINER)
    found = {role.value: make_person(session, role.value.title(), roles=[role]) for role in roles}
    found |= {
        "employee": sides.members["Elbe"][-1],  # who is last has not answered the open wave
        "lead": sides.members["Rhine"][-1],
        "deputy": sides.members["Main"][-1],
        "sponsor": make_person(session, "Sponsor"),
    }
    make_lead(session, found["lead"], sides.teams["Rhine"])
    make_lead(session, found["deputy"], sides.teams["Main"], kind=LeadKind.DEPUTY)
    low, high = sorted((sides.team("Rhine"), sides.team("Elbe")))
    since = {"starts_on": LONG_AGO, "team_id": low, "person_id": found["sponsor"].id}
    session.add(Sponsor(low_team_id=low, high_team_id=high, **since))
    session.flush()
    return found


def _hand_in(session, sides, wave, number, told, *, backwards):
    booth = booth_of(session, wave)
    acts = [
        *_ballots_of(session, sides, booth, number, told),
        *_sheets_of(session, sides, booth, number, told),
    ]
    for act in reversed(acts) if backwards else acts:
        act()


def _ballots_of(session, sides, booth, number, told):
    for (wave, source, target), ballots in told.ballots.items():
        for place, ticks in enumerate(ballots):
            if wave == number:
                person, team = sides.members[source][place].id, sides.team(target)
                yield lambda who=person, about=team, said=ticks: hand_in(
                    session, booth, who, about, said
                )


def _sheets_of(session, sides, booth, number, told):
    for (wave, team), sheets in told.sheets.items():
        for place, sheet in enumerate(sheets):
            if wave == number:
                remarks = {
                    sides.team(target): Remark(sides.team(target), texts, readable)
                    for target, (texts, readable) in sheet.items()
                }
                person = sides.members[team][place].id
                yield lambda who=person, said=remarks: comment(session, booth, who, said)


def _after(session, wave, number):
    """What the worker does with a closed wave."""
    publish(session, wave.id, on=closed_on(number), at=ENDED)
    tell_low(session, wave.id, today=closed_on(number), at=ENDED)
    contact_steps.write(session, at=ENDED)
    study_newest(session, at=ENDED)


def _act(session, sides, hr):
    about = About(2, sides.team("Rhine"), sides.team("Elbe"))
    draft = ActionDraft("Meet every Monday", hr.id, TODAY.date() + timedelta(days=9), "timeliness")
    plan(session, about, draft, by=hr.id, today=TODAY.date(), at=TODAY)
    make_round(session)
    with suppress(Invalid):  # where no two pairs are equally needy
        draw_lots(session, 2, RemedyKind.TRIP, 1, by=hr.id, at=TODAY)


# Not compared: what a visit itself writes, what is sealed with dice of the system and a key of its
# own, and when the database noted that a calendar changed, by its own clock.
BY_CHANCE = {
    "login": (),
    "sealed_box": ("key", "content"),
    "wave": ("public_key",),
    "person_calendar": ("changed_at",),
    "team_calendar": ("changed_at",),
}


def everything_stored(session):
    """Table -> its rows as text, without what falls by chance."""
    found = MetaData()
    found.reflect(session.connection())
    return {
        table.name: sorted(
            json.dumps(list(row), default=str)
            for row in session.execute(
                select(*(one for one in table.c if one.name not in BY_CHANCE.get(table.name, ())))
            )
        )
        for table in found.sorted_tables
        if BY_CHANCE.get(table.name) != ()
    }


LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)"')
CHOICE = re.compile(r'<select[^>]* name="wave">(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option value="(\d+)"')
ONCE = re.compile(
    r'(name="(?:csrf_token|request_key)" value="|name="csrf-token" content="|"changed_at": ")[^"]*'
)
# The kinds of pages, by their room's name, that may tell something of a survey at all, and how many
# of each are looked at. Of all others one page of a kind where everything is walked over.
TELLING = {
    "actions", "audit", "effects", "health", "insights", "lottery", "notices", "outbox", "remedies",
    "reports", "rounds", "sponsors", "survey_switch", "surveys", "team_comments", "today", "waves",
}  # fmt: skip
MANY = 40
PACKED = {"application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def read_all(app, session, readers, at, *, others=1):
    """(reader, address) -> what it answers, of all pages and files that links lead to.

    Of kinds that have nothing to do with surveys only `others` pages each.
    """
    found = {}
    for role, person in readers.items():
        client = CommittingClient(app, app.response_class, use_cookies=True)
        client.session = session
        sign_in(client, session, person, at=at)
        found |= {(role, path): text for path, text in _walk(app, client, others)}
        sent = {"csrf_token": good_token(client), "format": "json"}
        found[role, "own data"] = _text(client.post("/account/data/file", data=sent))
    return found


def kinds_of(app, found):
    """The endpoints of everything that was read."""
    routes = app.url_map.bind("localhost")
    return {_kind(routes, path) for _role, path in found if path.startswith("/")}


def _walk(app, client, others):
    waiting = ["/today", "/health/", "/notices", "/outbox", "/audit"]
    known, seen = set(waiting), Counter()
    routes = app.url_map.bind("localhost")
    while waiting:
        path = waiting.pop(0)
        kind = _kind(routes, path)
        if kind is None or seen[kind] >= (MANY if kind.partition(".")[0] in TELLING else others):
            continue
        seen[kind] += 1
        answer = client.get(path)
        text = _text(answer)
        yield path, text
        new = dict.fromkeys(_links(path, text) if answer.mimetype == "text/html" else ())
        waiting += [address for address in new if address not in known]
        known |= new.keys()


def _kind(routes, path):
    try:
        endpoint, _values = routes.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return None  # takes forms only
    return None if endpoint in {"static", "door.sign_out"} else endpoint


def _links(path, text):
    """Where a page leads, and itself for every wave it offers."""
    for link in LINK.findall(text):
        yield link.replace("&amp;", "&")
    for choice in CHOICE.findall(text):
        for wave in OPTION.findall(choice):
            yield f"{urlsplit(path).path}?wave={wave}"


def _text(answer):
    """What is read, without what each page has of its own. Packed files hold what a CSV says."""
    if answer.mimetype in PACKED:
        return "packed"
    body = answer.text if answer.mimetype.startswith("text/") else answer.data.decode("latin-1")
    plain = ONCE.sub(r"\1", body)
    return f"{answer.status_code}\n{plain}"
