"""Rules the database itself holds beyond keys and checks: no overlaps, append-only tables.

One list for both engines. They are dropped before and recreated after every migration, because a
table rebuild on SQLite silently loses triggers. `missing` tells which of them a database lacks.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.domain.comments import BLACK


@dataclass(frozen=True)
class Guard:
    """One named rule: statements that create and drop it on each engine."""

    name: str
    table: str
    sqlite: tuple[str, ...]
    sqlite_names: tuple[str, ...]
    postgresql: tuple[str, ...]
    postgresql_drop: tuple[str, ...]


def _no_overlap(
    name: str, table: str, same: tuple[str, ...], span: tuple[str, str], where: str, kind: str
) -> Guard:
    """No two rows that agree in `same` and fulfil `where` share an instant of their span.

    `kind` is daterange or tstzrange; an empty end means open. `where` is SQL with {row} before
    each column.
    """
    start, end = span
    last = "'9999-12-31'"
    agree = " AND ".join(f"other.{column} = NEW.{column}" for column in same)
    test = (
        f"SELECT RAISE(ABORT, '{name}') WHERE {where.format(row='NEW.')} AND EXISTS ("
        f"SELECT 1 FROM {table} AS other WHERE {agree} AND other.id <> NEW.id"
        f" AND {where.format(row='other.')}"
        f" AND other.{start} < coalesce(NEW.{end}, {last})"
        f" AND NEW.{start} < coalesce(other.{end}, {last}))"
    )
    # AFTER: a BEFORE INSERT trigger does not know the row's id yet.
    made = tuple(
        f"CREATE TRIGGER {name}_{verb.lower()} AFTER {verb} ON {table} BEGIN {test}; END"
        for verb in ("INSERT", "UPDATE")
    )
    equal = ", ".join(f"{column} WITH =" for column in same)
    return Guard(
        name=name,
        table=table,
        sqlite=made,
        sqlite_names=(f"{name}_insert", f"{name}_update"),
        postgresql=(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist"
            f" ({equal}, {kind}({start}, {end}) WITH &&) WHERE ({where.format(row='')})",
        ),
        postgresql_drop=(f"ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {name}",),
    )


@dataclass(frozen=True)
class Erasable:
    """What an erasure may change in a row that otherwise stays as it was written.

    `person` may pass to a nobody, `words` be blacked out; every column of `fixed` stays.
    """

    person: str
    words: tuple[str, ...]
    fixed: tuple[str, ...]

    def condition(self, engine: str) -> str:
        """SQL that holds where nothing else is changed."""
        equal, text = ("IS", "") if engine == "sqlite" else ("IS NOT DISTINCT FROM", "::text")
        same = [f"NEW.{name}{text} {equal} OLD.{name}{text}" for name in self.fixed]
        nobody = (
            f"(NEW.{self.person} {equal} OLD.{self.person} OR EXISTS (SELECT 1 FROM person"
            f" WHERE id = NEW.{self.person} AND stands_for IS NOT NULL))"
        )
        black = [f"(NEW.{w} {equal} OLD.{w} OR NEW.{w} = '{BLACK}')" for w in self.words]
        return " AND ".join([*same, nobody, *black])


def _append_only(table: str, erasable: Erasable | None = None) -> Guard:
    """Rows of `table` are added and never changed, deleted or truncated.

    The one exception is the name of somebody who is erased.
    """
    name = f"ao_{table}"
    fits = {engine: erasable and erasable.condition(engine) for engine in ("sqlite", "postgresql")}
    but = f" WHEN NOT ({fits['sqlite']})" if erasable else ""
    passes = (
        f" IF TG_OP = 'UPDATE' THEN IF {fits['postgresql']} THEN RETURN NEW; END IF; END IF;"
        if erasable
        else ""
    )
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f"CREATE TRIGGER {name}_update BEFORE UPDATE ON {table}{but}"
            f" BEGIN SELECT RAISE(ABORT, '{name}'); END",
            f"CREATE TRIGGER {name}_delete BEFORE DELETE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{name}'); END",
        ),
        sqlite_names=(f"{name}_update", f"{name}_delete"),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN{passes}"
            f" RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
            f" END $$",
            f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()",
            f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ),
        postgresql_drop=(f"DROP FUNCTION IF EXISTS {name}() CASCADE",),
    )


def _starts_agreed() -> Guard:
    """A stay runs only once every consent it needs is there, and it needs at least one."""
    name = "ck_stay_starts_agreed"
    missing = (
        "NEW.state = 'running' AND (EXISTS (SELECT 1 FROM consent WHERE stay_id = NEW.id"
        " AND state IN ('waiting', 'asked', 'refused'))"
        " OR NOT EXISTS (SELECT 1 FROM consent WHERE stay_id = NEW.id))"
    )
    return Guard(
        name=name,
        table="stay",
        sqlite=tuple(
            f"CREATE TRIGGER {name}_{verb.lower()} AFTER {verb} ON stay"
            f" BEGIN SELECT RAISE(ABORT, '{name}') WHERE {missing}; END"
            for verb in ("INSERT", "UPDATE")
        ),
        sqlite_names=(f"{name}_insert", f"{name}_update"),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {missing} THEN RAISE EXCEPTION '{name}'"
            f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE ON stay"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
        postgresql_drop=(f"DROP FUNCTION IF EXISTS {name}() CASCADE",),
    )


def _answers_of_asked_pairs() -> Guard:
    """An answer belongs to a wave that asked, and names a pair that it asked, or none.

    Two references hold it on SQLite. PostgreSQL would look them up row by row, which takes longer
    than to store a hundred thousand rows; it looks once per statement instead. Cells are never
    deleted, so looking when answers come is enough.
    """
    name = "tg_answer_pair_asked"
    of_wave = "SELECT 1 FROM cell WHERE cell.wave_id = pair.wave_id"
    unknown = (
        f"CASE WHEN pair.source_id IS NULL THEN NOT EXISTS ({of_wave}) ELSE NOT EXISTS ({of_wave}"
        " AND cell.source_id = pair.source_id AND cell.target_id = pair.target_id) END"
    )
    pairs = "(SELECT DISTINCT wave_id, source_id, target_id FROM fresh) AS pair"
    return Guard(
        name=name,
        table="answer",
        sqlite=(),
        sqlite_names=(),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF EXISTS (SELECT 1 FROM {pairs} WHERE {unknown})"
            f" THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
            f" END IF; RETURN NULL; END $$",
            f"CREATE TRIGGER {name} AFTER INSERT ON answer REFERENCING NEW TABLE AS fresh"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ),
        postgresql_drop=(f"DROP FUNCTION IF EXISTS {name}() CASCADE",),
    )


def _running_stays_agreed() -> Guard:
    """No consent of a running stay is taken back, reopened or deleted underneath it."""
    name = "ck_consent_of_running_stay"
    running = "EXISTS (SELECT 1 FROM stay WHERE stay.id = OLD.stay_id AND stay.state = 'running')"
    reopened = f"NEW.state IN ('waiting', 'asked', 'refused') AND {running}"
    return Guard(
        name=name,
        table="consent",
        sqlite=(
            f"CREATE TRIGGER {name}_update AFTER UPDATE ON consent"
            f" BEGIN SELECT RAISE(ABORT, '{name}') WHERE {reopened}; END",
            f"CREATE TRIGGER {name}_delete AFTER DELETE ON consent"
            f" BEGIN SELECT RAISE(ABORT, '{name}') WHERE {running}; END",
        ),
        sqlite_names=(f"{name}_update", f"{name}_delete"),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF TG_OP = 'DELETE' AND {running} THEN RAISE EXCEPTION '{name}'"
            f" USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            f" IF TG_OP = 'UPDATE' AND {reopened} THEN RAISE EXCEPTION '{name}'"
            f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
            f"CREATE TRIGGER {name} AFTER UPDATE OR DELETE ON consent"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
        postgresql_drop=(f"DROP FUNCTION IF EXISTS {name}() CASCADE",),
    )


def _seats_are_counted() -> Guard:
    """Every booking that holds a seat is counted in its gathering; the count has a CHECK (I1).

    The UPDATE of the gathering is the lock that lines up who wants its last seat. Seats that HR
    took away while they were held go as they come free.
    """
    name = "tg_booking_seats"
    holds = (
        "({row}.state IN ('requested', 'approved', 'offered', 'booked', 'attended',"
        " 'partly_attended', 'no_show', 'excused'))"
    )
    after, before = holds.format(row="NEW"), holds.format(row="OLD")
    greatest = {"sqlite": "max", "postgresql": "greatest"}

    def take(row: str) -> str:
        return f"UPDATE gathering SET taken = taken + 1 WHERE id = {row}.gathering_id"

    def give(engine: str, row: str) -> str:
        return (
            f"UPDATE gathering SET taken = taken - 1, capacity = CASE WHEN capacity >"
            f" wanted_capacity THEN {greatest[engine]}(wanted_capacity, taken - 1)"
            f" ELSE capacity END WHERE id = {row}.gathering_id"
        )

    return Guard(
        name=name,
        table="booking",
        sqlite=(
            f"CREATE TRIGGER {name}_insert AFTER INSERT ON booking WHEN {after}"
            f" BEGIN {take('NEW')}; END",
            f"CREATE TRIGGER {name}_take AFTER UPDATE ON booking WHEN {after} AND NOT {before}"
            f" BEGIN {take('NEW')}; END",
            f"CREATE TRIGGER {name}_give AFTER UPDATE ON booking WHEN {before} AND NOT {after}"
            f" BEGIN {give('sqlite', 'NEW')}; END",
            f"CREATE TRIGGER {name}_delete AFTER DELETE ON booking WHEN {before}"
            f" BEGIN {give('sqlite', 'OLD')}; END",
        ),
        sqlite_names=(f"{name}_insert", f"{name}_take", f"{name}_give", f"{name}_delete"),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF TG_OP = 'DELETE' THEN IF {before} THEN {give('postgresql', 'OLD')};"
            f" END IF; RETURN OLD; END IF;"
            f" IF TG_OP = 'INSERT' THEN IF {after} THEN {take('NEW')};"
            f" END IF; RETURN NEW; END IF;"
            f" IF {after} AND NOT {before} THEN {take('NEW')}; END IF;"
            f" IF {before} AND NOT {after} THEN {give('postgresql', 'NEW')}; END IF;"
            f" RETURN NEW; END $$",
            f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON booking"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
        postgresql_drop=(f"DROP FUNCTION IF EXISTS {name}() CASCADE",),
    )


def _started_while_planned(table: str) -> Guard:
    """Something is started for an action only while it is planned."""
    name = f"ck_{table}_planned"
    closed = (
        "EXISTS (SELECT 1 FROM action"
        " WHERE action.id = NEW.action_id AND action.state <> 'planned')"
    )
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{name}') WHERE {closed}; END",
        ),
        sqlite_names=(f"{name}_insert",),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {closed} THEN RAISE EXCEPTION '{name}'"
            f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
        postgresql_drop=(f"DROP FUNCTION IF EXISTS {name}() CASCADE",),
    )


SECONDS = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', 'now')",
    "postgresql": "date_trunc('second', clock_timestamp())",
}
A_SECOND_LATER = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', changed_at, '+1 second')",
    "postgresql": "changed_at + interval '1 second'",
}


def _tells_calendars(table: str, columns: str, **steps: tuple[str, ...]) -> Guard:
    """A change in `table` raises the version of the calendars that show it (I4).

    `steps` are insert, update and delete, each with statements in which {count} stands for the
    raised version. An update counts when it sets one of `columns` (all when empty). The instant
    never falls, also when the server's clock does.
    """
    name = f"tg_calendar_{table}"
    events = {"insert": "INSERT", "update": "UPDATE", "delete": "DELETE"}
    if columns:
        events["update"] = f"UPDATE OF {columns}"

    def body(engine: str, statements: tuple[str, ...]) -> str:
        now = SECONDS[engine]
        count = (
            f"version = version + 1, changed_at = CASE WHEN changed_at <= {now} THEN {now}"
            f" ELSE {A_SECOND_LATER[engine]} END"
        )
        return " ".join(f"{text.format(count=count, now=now)};" for text in statements)

    made: list[str] = []
    for step, statements in steps.items():
        function = f"{name}_{step}"
        made += [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body('postgresql', statements)} RETURN NULL; END $$",
            f"CREATE TRIGGER {name if step == 'update' else function} AFTER {events[step]}"
            f" ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        ]
    return Guard(
        name=name,
        table=table,
        sqlite=tuple(
            f"CREATE TRIGGER {name}_{step} AFTER {events[step]} ON {table}"
            f" BEGIN {body('sqlite', statements)} END"
            for step, statements in steps.items()
        ),
        sqlite_names=tuple(f"{name}_{step}" for step in steps),
        postgresql=tuple(made),
        postgresql_drop=tuple(f"DROP FUNCTION IF EXISTS {name}_{step}() CASCADE" for step in steps),
    )


def _first_version(of: str) -> str:
    more, given = (", names_shown", ", false") if of == "team" else ("", "")
    return (
        f"INSERT INTO {of}_calendar ({of}_id, version, changed_at{more})"
        f" VALUES (NEW.id, 1, {{now}}{given})"
    )


def _persons(which: str) -> str:
    return f"UPDATE person_calendar SET {{count}} WHERE person_id {which}"


def _teams(which: str) -> str:
    return f"UPDATE team_calendar SET {{count}} WHERE {which}"


def _hosting(row: str) -> str:
    return f"({row}.kind = 'stay' AND team_id = {row}.host_team_id)"


def _calendar_versions() -> tuple[Guard, ...]:
    """Everything a feed shows, and whose feed it is in."""
    both = "team_id IN (OLD.team_id, NEW.team_id)"
    hosts = "SELECT host_team_id FROM commitment WHERE kind = 'stay' AND person_id = NEW.id"
    dated = {
        "insert": (_teams("team_id = NEW.team_id"),),
        "update": (_teams(both),),
        "delete": (_teams("team_id = OLD.team_id"),),
    }
    return (
        _tells_calendars(
            "commitment",
            "",
            insert=(_persons("= NEW.person_id"), _teams(_hosting("NEW"))),
            update=(
                _persons("IN (OLD.person_id, NEW.person_id)"),
                _teams(f"{_hosting('OLD')} OR {_hosting('NEW')}"),
            ),
            delete=(_persons("= OLD.person_id"), _teams(_hosting("OLD"))),
        ),
        _tells_calendars(
            "person",
            "given_name, family_name, locale, site_id, left_on",
            insert=(_first_version("person"),),
            update=(_persons("= NEW.id"), _teams(f"team_id IN ({hosts})")),
        ),
        _tells_calendars(
            "site",
            "zone, country",
            update=(_persons("IN (SELECT id FROM person WHERE site_id = NEW.id)"),),
        ),
        _tells_calendars(
            "team", "name", insert=(_first_version("team"),), update=(_teams("team_id = NEW.id"),)
        ),
        _tells_calendars("membership", "", **dated),
        _tells_calendars("team_lead", "", **dated),
    )


GUARDS = (
    _no_overlap(
        "ex_membership_one_home",
        "membership",
        ("person_id",),
        ("starts_on", "ends_on"),
        "{row}kind = 'home'",
        "daterange",
    ),
    _no_overlap(
        "ex_membership_once_per_team",
        "membership",
        ("person_id", "team_id"),
        ("starts_on", "ends_on"),
        "{row}kind = 'segment'",
        "daterange",
    ),
    _no_overlap(
        "ex_team_lead_once",
        "team_lead",
        ("person_id", "team_id"),
        ("starts_on", "ends_on"),
        "{row}team_id IS NOT NULL",
        "daterange",
    ),
    _no_overlap(
        "ex_absence_once",
        "absence",
        ("person_id",),
        ("starts_on", "ends_on"),
        "{row}person_id IS NOT NULL",
        "daterange",
    ),
    _no_overlap(
        "ex_commitment_one_place",
        "commitment",
        ("person_id",),
        ("starts_at", "ends_at"),
        "{row}active AND {row}hard",
        "tstzrange",
    ),
    _no_overlap(
        "ex_stay_one_at_a_time",
        "stay",
        ("person_id",),
        ("starts_on", "ends_on"),
        "{row}state IN ('proposed', 'agreed', 'running')",
        "daterange",
    ),
    _starts_agreed(),
    _running_stays_agreed(),
    _append_only("audit_entry"),
    _no_overlap(
        "ex_meeting_one_room",
        "meeting",
        ("room_id",),
        ("starts_at", "ends_at"),
        "{row}active AND {row}room_id IS NOT NULL",
        "tstzrange",
    ),
    _seats_are_counted(),
    _append_only(
        "booking_step",
        Erasable(
            "actor_id", ("reason",), ("booking_id", "version", "before", "after", "approval", "at")
        ),
    ),
    _append_only("snapshot"),
    _append_only("pair_figure"),
    _append_only(
        "draw",
        Erasable(
            "drawn_by",
            (),
            ("id", "wave_id", "kind", "places", "pairs", "drawn", "seed", "drawn_at"),
        ),
    ),
    *_calendar_versions(),
    _no_overlap(
        "ex_tie_once",
        "tie",
        ("source_id", "target_id"),
        ("starts_on", "ends_on"),
        "{row}source_id IS NOT NULL",
        "daterange",
    ),
    _append_only("cell"),
    _append_only("answer"),
    _answers_of_asked_pairs(),
    _no_overlap(
        "ex_sponsor_one_per_side",
        "sponsor",
        ("low_team_id", "high_team_id", "team_id"),
        ("starts_on", "ends_on"),
        "{row}person_id IS NOT NULL",
        "daterange",
    ),
    _append_only("effect_study"),
    _append_only("contact_step"),
    _started_while_planned("action_gathering"),
    _started_while_planned("action_placement"),
)


def create_all(connection: sa.Connection) -> None:
    """Create every guard whose table exists."""
    tables = set(sa.inspect(connection).get_table_names())
    if connection.dialect.name == "postgresql" and tables:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for guard in GUARDS:
        if guard.table not in tables:
            continue
        for statement in getattr(guard, connection.dialect.name):
            connection.exec_driver_sql(statement)


def drop_all(connection: sa.Connection) -> None:
    """Drop every guard, whether it is there or not."""
    for guard in GUARDS:
        drop(connection, guard.name)


def drop(connection: sa.Connection, name: str) -> None:
    """Drop the guard `name` (tests switch it off this way to see that it is what holds)."""
    guard = next(guard for guard in GUARDS if guard.name == name)
    if connection.dialect.name == "sqlite":
        statements = tuple(f"DROP TRIGGER IF EXISTS {made}" for made in guard.sqlite_names)
    else:
        statements = guard.postgresql_drop
    for statement in statements:
        connection.exec_driver_sql(statement)


def missing(connection: sa.Connection) -> list[str]:
    """Names of declared guards that this database lacks, in the order of the list."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = set(rows.scalars())
        return [guard.name for guard in GUARDS if not set(guard.sqlite_names) <= there]
    rows = connection.exec_driver_sql(
        "SELECT conname FROM pg_constraint WHERE contype = 'x'"
        " UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    there = set(rows.scalars())
    return [guard.name for guard in GUARDS if guard.name not in there]
