"""The fate of every row of a file of people.

Rules: an empty cell leaves what is there; nothing is deleted and no right is given; a home team
changes by ending one membership and beginning the next on a day, and never before the last
change; the same file twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.domain.refusals import N_
from app.domain.roster import cells as read
from app.domain.roster.cells import Cells
from app.domain.roster.columns import Heading, folded
from app.domain.roster.facts import Facts, Home, KnownPerson, PersonDraft, TeamFact
from app.domain.roster.fates import Additions, Change, Fate, FateKind, Outlook, shown
from app.domain.tables import Fault, Table

MAIL_GUARDED = N_(
    "An administrator or member of the works council keeps this address until an administrator"
    " takes the role away."
)
NEEDED = ("given_name", "family_name", "email", "joined_on")
FIELDS = (
    "given_name", "family_name", "email", "job_title", "site", "joined_on", "left_on",
    "working_days", "locale",
)  # fmt: skip
EVERY_WEEKDAY = "12345"


@dataclass(slots=True)
class _Reading:
    """What all rows share: facts, what occurs twice in the file, what will be made."""

    facts: Facts
    numbers: Mapping[str, list[int]]
    mails: Mapping[str, list[int]]
    teams_by_name: Mapping[str, list[TeamFact]]
    departments: dict[str, str]
    teams: dict[tuple[str, str], TeamFact]
    skills: dict[str, str]


def people_outlook(table: Table, heading: Heading, facts: Facts) -> Outlook[PersonDraft]:
    """Decide the fate of every row; pure, and linear in the number of rows."""
    reading = _reading(table, heading, facts)
    broken: dict[int, list[Fault]] = defaultdict(list)
    for fault in table.faults:
        broken[fault.line].append(fault)
    fates = []
    for row in table.rows:
        cells = Cells(row, heading, table.header, list(broken.get(row.line, ())))
        fates.append(_fate(cells, reading))
    return Outlook(tuple(fates), _additions(reading, facts))


def _reading(table: Table, heading: Heading, facts: Facts) -> _Reading:
    by_name: dict[str, list[TeamFact]] = defaultdict(list)
    for (_, team), fact in facts.teams.items():
        by_name[team].append(fact)
    return _Reading(
        facts=facts,
        numbers=_lines(table, heading, "number"),
        mails=_lines(table, heading, "email"),
        teams_by_name=by_name,
        departments=dict(facts.departments),
        teams=dict(facts.teams),
        skills=dict(facts.skills),
    )


def _lines(table: Table, heading: Heading, key: str) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    place = heading.places.get(key)
    if place is None:
        return found
    for row in table.rows:
        found[compared(key, row.cells[place])].append(row.line)
    return found


def compared(key: str, text: str) -> str:
    """A number or address as it is compared, also where it is not valid."""
    try:
        return read.number(text) if key == "number" else read.mail(text)
    except read.CELL_REFUSALS:
        return ""


def _additions(reading: _Reading, facts: Facts) -> Additions:
    return Additions(
        departments=tuple(v for k, v in reading.departments.items() if k not in facts.departments),
        teams=tuple(v for k, v in reading.teams.items() if k not in facts.teams),
        skills=tuple(v for k, v in reading.skills.items() if k not in facts.skills),
    )


def _fate(cells: Cells, reading: _Reading) -> Fate[PersonDraft]:
    number = cells.take("number", read.number)
    if number is None:
        if not cells.raw("number"):
            cells.refuse("number", N_("Every row needs this."))
        return _refused(cells, cells.raw("number"))
    known = reading.facts.people.get(number)
    _refuse_twins(cells, reading, number)
    team = _team(cells, reading)
    since = cells.take("team_since", read.day)
    skills = _skills(cells, reading)
    person = _person(cells, reading, known or _blank(number), known, team)
    if person is not None and team is not None:
        home = _home(cells, reading.facts.today, person, team, since)
    else:
        home = None
    if cells.faults or person is None:
        return _refused(cells, _subject(number, person or known))

    have = {folded(skill) for skill in person.skills}
    added = tuple(skill for skill in skills if folded(skill) not in have)
    return _judged(cells, PersonDraft(person, known, home, added))


def _judged(cells: Cells, draft: PersonDraft) -> Fate[PersonDraft]:
    changes = tuple(_changes(draft))
    kind = FateKind.CHANGED if changes else FateKind.UNCHANGED
    if draft.known is None:
        kind = FateKind.NEW
    subject = _subject(draft.person.number, draft.person)
    return Fate(cells.row.line, kind, subject, changes, draft=draft)


def _refused(cells: Cells, subject: str) -> Fate[PersonDraft]:
    return Fate(cells.row.line, FateKind.REFUSED, subject[:200], faults=tuple(cells.faults))


def _subject(number: str, person: KnownPerson | None) -> str:
    return f"{person.given_name} {person.family_name} ({number})" if person else number


def _refuse_twins(cells: Cells, reading: _Reading, number: str) -> None:
    same = [line for line in reading.numbers[number] if line != cells.row.line]
    if same:
        cells.refuse("number", N_("Line %(line)s has the same number."), line=same[0])
    mail = compared("email", cells.raw("email"))
    if not mail:
        return
    others = [line for line in reading.mails[mail] if line != cells.row.line]
    if others:
        cells.refuse("email", N_("Line %(line)s has the same address."), line=others[0])
    if reading.facts.mails.get(mail, number) != number:
        cells.refuse("email", N_("This address already belongs to somebody else."))
    known = reading.facts.people.get(number)
    if known is not None and number in reading.facts.guarded and mail != known.email:
        cells.refuse("email", MAIL_GUARDED)


def _person(
    cells: Cells,
    reading: _Reading,
    before: KnownPerson,
    known: KnownPerson | None,
    team: TeamFact | None,
) -> KnownPerson | None:
    given: dict[str, Any] = {
        "given_name": cells.take("given_name", read.words(80)),
        "family_name": cells.take("family_name", read.words(80)),
        "email": cells.take("email", read.mail),
        "job_title": cells.take("job_title", read.words(120)),
        "site": _site(cells, reading),
        "joined_on": cells.take("joined_on", read.day),
        "left_on": cells.take("left_on", read.day),
        "working_days": cells.take("working_days", read.weekdays),
        "locale": cells.take("locale", read.language),
    }
    if known is None:
        _refuse_incomplete(cells)
        given["site"] = given["site"] or (team.site if team else None)
        if not given["site"] and not cells.raw("site"):
            cells.refuse("site", N_("A new person needs a site or a team."))
    after = replace(before, **{key: value for key, value in given.items() if value is not None})
    _refuse_impossible_employment(cells, before=known, after=after)
    return None if cells.faults else after


def _blank(number: str) -> KnownPerson:
    return KnownPerson(number, "", "", "", "", "", date.min, None, EVERY_WEEKDAY, None)


def _refuse_incomplete(cells: Cells) -> None:
    for key in NEEDED:
        if not cells.raw(key):
            cells.refuse(key, N_("A new person needs this."))


def _refuse_impossible_employment(
    cells: Cells, *, before: KnownPerson | None, after: KnownPerson
) -> None:
    if after.left_on is not None and after.left_on <= after.joined_on:
        cells.refuse("left_on", N_("The last day must come after the first."))
    if before is None:
        return
    first = min((home.starts_on for home in before.homes), default=after.joined_on)
    if after.joined_on != before.joined_on and after.joined_on > first:
        cells.refuse(
            "joined_on", N_("The person belongs to a team from %(day)s on."), day=shown(first)
        )
    latest = before.last_start
    if after.left_on != before.left_on and after.left_on and latest and latest >= after.left_on:
        cells.refuse(
            "left_on", N_("The person belongs to a team from %(day)s on."), day=shown(latest)
        )


def _site(cells: Cells, reading: _Reading) -> str | None:
    name = cells.raw("site")
    if not name:
        return None
    found = reading.facts.sites.get(folded(name))
    if found is None:
        cells.refuse("site", N_("There is no site “%(name)s”."), name=name[:120])
    return found


def _team(cells: Cells, reading: _Reading) -> TeamFact | None:
    name = cells.take("team", read.words(120))
    department = cells.take("department", read.words(120))
    if name is None:
        if cells.raw("team_since") and not cells.raw("team"):
            cells.refuse("team", N_("There is a first day in the team, but no team."))
        return None
    if department is None:
        return _team_by_name(cells, reading, name)
    found = reading.teams.get((folded(department), folded(name)))
    return found or _missing_team(cells, reading, department, name)


def _team_by_name(cells: Cells, reading: _Reading, name: str) -> TeamFact | None:
    found = reading.teams_by_name.get(folded(name), [])
    if len(found) == 1:
        return found[0]
    if found:
        cells.refuse("team", N_("Several departments have a team “%(name)s”; name one."), name=name)
    else:
        cells.refuse("team", N_("There is no team “%(name)s”."), name=name)
    return None


def _missing_team(cells: Cells, reading: _Reading, department: str, name: str) -> TeamFact | None:
    if not reading.facts.adds_missing:
        cells.refuse(
            "team",
            N_("There is no team “%(name)s” in “%(department)s”."),
            name=name,
            department=department,
        )
        return None
    site = _site(cells, reading) if cells.raw("site") else None
    if site is None:
        if not cells.raw("site"):
            cells.refuse("site", N_("A new team needs a site."))
        return None
    written = reading.departments.setdefault(folded(department), department)
    return reading.teams.setdefault(
        (folded(department), folded(name)), TeamFact((written, name), site, None)
    )


def _home(
    cells: Cells, today: date, person: KnownPerson, team: TeamFact, since: date | None
) -> Home | None:
    """The home membership that begins, or None when the person is there already."""
    homes = person.homes
    on = since or _usual_start(today, person, homes)
    if any(home.holds(on) and home.team == team.name for home in homes):
        return None
    if since is None and _is_over(person, today) and homes and homes[-1].team == team.name:
        return None
    reason = _no_move(on, person, homes, team)
    if reason:
        cells.refuse("team_since" if since else "team", reason, day=shown(on))
        return None
    return Home(team.name, on, person.left_on)


def _usual_start(today: date, person: KnownPerson, homes: tuple[Home, ...]) -> date:
    return max(today, person.joined_on) if homes else person.joined_on


def _is_over(person: KnownPerson, today: date) -> bool:
    return person.left_on is not None and person.left_on <= today


def _no_move(on: date, person: KnownPerson, homes: tuple[Home, ...], team: TeamFact) -> str | None:
    if on < person.joined_on or (person.left_on is not None and on >= person.left_on):
        return N_("%(day)s is outside the employment.")
    if homes and homes[-1].starts_on >= on:
        return N_("There is a change of team on or after %(day)s; history is never rewritten.")
    if team.closed_on is not None and team.closed_on <= on:
        return N_("This team is closed on %(day)s.")
    return None


def _skills(cells: Cells, reading: _Reading) -> tuple[str, ...]:
    found = []
    for name in cells.take("skills", read.listed) or ():
        written = reading.skills.get(folded(name))
        if written is None and reading.facts.adds_missing:
            written = reading.skills.setdefault(folded(name), name)
        if written is None:
            cells.refuse("skills", N_("There is no skill “%(name)s”."), name=name)
        else:
            found.append(written)
    return tuple(dict.fromkeys(found))


def _changes(draft: PersonDraft) -> list[Change]:
    before = draft.known
    found = []
    for key in FIELDS:
        old, new = shown(getattr(before, key)) if before else "", shown(getattr(draft.person, key))
        if old != new:
            found.append(Change(key, old, new))
    if draft.home is not None:
        left = [h for h in before.homes if h.holds(draft.home.starts_on)] if before else []
        found.append(Change("team", left[0].team[1] if left else "", draft.home.team[1]))
        found.append(Change("team_since", "", shown(draft.home.starts_on)))
    if draft.new_skills:
        known = sorted(before.skills) if before else []
        found.append(Change("skills", "; ".join(known), "; ".join([*known, *draft.new_skills])))
    return found
