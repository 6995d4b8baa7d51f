"""Hostile addresses, queries and forms: every answer is a 4xx or harmless, and nothing half-done.

Two walks over the whole address map. The first puts bad values into the parameters and queries of
every route; the second opens every page, takes each form as it is, and spoils one field at a time.
"""

import re
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import quote, urlencode, urlsplit

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event

from app.people.services import passwords
from tests.company import make_company
from tests.conftest import CommittingClient
from tests.test_routes import ENGINES, EXHAUSTIVE, Asker, parameters, rows

pytestmark = pytest.mark.timeout(900)  # each test walks over every route
NO_SUCH_IDS = ["0", "2147483648", "9223372036854775808", "9" * 5000]
BROKEN_UTF8 = b"\xed\xa0\x80\xff"  # a lone surrogate, and a byte that begins nothing
# `make faults` sends every value to every page as every visitor on both engines. The suite sends
# what differs: to the second engine what only a database chokes on, as the second visitor what
# the first could not send, and of harmless values each page gets another one.
VISITORS = ["hr", "employee", "anonymous"]
# For each kind of field first what hurts most; the rest is sent in all fields of a form at once.
BAD_NUMBERS = ["9223372036854775808", "", "-1", "9" * 5000, "\u00b2"]
BAD_DAYS = ["9999-12-31", "0001-01-01", "", "2027-02-30", "99999-01-01"]
BAD_TEXTS = ["\x00", "", "<b>\u202e\u200b", BROKEN_UTF8, "a" * 20_000]
WORST = 2
# The first two are what databases choke on; the rest never comes that far.
BAD_QUERIES = ["9223372036854775808", "\x00\u202e", "9" * 4400, "\u00b2", "-1", BROKEN_UTF8]
# What any list or page may read from its address.
QUERY_NAMES = ["page", "size", "sort", "q", "format", "next", "choose", "only", "round", "side"]
QUERY_NAMES += ["site", "team", "view", "plan", "person", "placement", "state", "role", "kind"]
QUERY_NAMES += ["department", "topic", "skill", "year", "fate", "duration", "stuck", "mine", "left"]
QUERY_NAMES += ["language", "weeks", "fits", "answer"]
FINE = {"GET": {404}, "POST": {404, 405, 422, 303}}
FORM = "application/x-www-form-urlencoded"
PLAIN = {"csrf_token", "request_key"}
LEAVING = {"/sign-out", "/account/password", "/account/sessions/end-others"}
# Written beside what was refused, on purpose: tries at a password are counted and noted.
KEPT_APART = {
    "/account/password": {"sign_in_throttle"},
    "/sign-in": {"sign_in_throttle", "audit_entry", "audit_head"},
}
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


class Forms(HTMLParser):
    """Every POST form of a page: its action and the fields a browser would send."""

    def __init__(self, page):
        super().__init__()
        self.found, self._form, self._select = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            is_post = given.get("method", "").lower() == "post"
            self._form = (given.get("action"), {}) if is_post else None
            if is_post:
                self.found.append(self._form)
        elif self._form is not None:
            self._take(tag, given)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None

    def _take(self, tag, given):
        fields, name = self._form[1], given.get("name")
        if tag == "select":
            self._select = name
        elif tag == "option":
            self._option(fields, given.get("value", ""), chosen="selected" in given)
        elif name and tag == "textarea":
            fields[name] = "Something"
        elif name and tag in {"input", "button"} and given.get("type") != "file":
            self._input(fields, name, given)

    def _option(self, fields, value, *, chosen):
        if self._select and (chosen or (value and not fields.get(self._select))):
            fields[self._select] = value

    @staticmethod
    def _input(fields, name, given):
        usual = {"date": "2027-05-03", "number": "1", "email": "new@example.com", "time": "09:00"}
        is_box = given.get("type") in {"checkbox", "radio"}
        if is_box and name in fields and "checked" not in given:
            return
        kept = given.get("value") or usual.get(given.get("type"), "Something")
        fields[name] = "1" if is_box and not given.get("value") else kept


@pytest.fixture
def kept_writes(engine):
    """Collect the tables written to by what is committed in a block."""

    @contextmanager
    def watching():
        open_now, kept = {}, []

        def wrote(connection, _cursor, statement, _parameters, _context, _many):
            if found := WRITES.match(statement):
                open_now.setdefault(id(connection), []).append(found[1])

        def committed(connection):
            kept.extend(open_now.pop(id(connection), []))

        def undone(connection):
            open_now.pop(id(connection), None)

        hooks = {"before_cursor_execute": wrote, "commit": committed, "rollback": undone}
        for name, hook in hooks.items():
            event.listen(engine, name, hook)
        try:
            yield kept
        finally:
            for name, hook in hooks.items():
                event.remove(engine, name, hook)

    return watching


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch):
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)


@pytest.fixture
def walker(app, session, clock):
    """Give a visitor of a role, at a browser of their own."""
    company = make_company(session)

    def walk_as(role):
        client = CommittingClient(app, app.response_class, use_cookies=True)
        client.session = session
        return Asker(app, client, session, company, role)

    return walk_as


def encoded(fields):
    """A form body; bytes go in as they are, so that broken UTF-8 can be sent."""
    return urlencode(fields, doseq=True)


def send(visitor, path, fields):
    body = {**fields, "csrf_token": visitor.good_token}
    return visitor.client.post(path, data=encoded(body), content_type=FORM).status_code


def test_address_of_nothing_is_not_found_and_changes_nothing(app, engine, walker, kept_writes):
    values = NO_SUCH_IDS if EXHAUSTIVE or on_sqlite(engine) else NO_SUCH_IDS[1:3]

    steps = list(walks(app, walker, ["hr", "employee"], "GET", "POST"))
    faults = []
    with kept_writes() as kept:
        for visitor, row in steps:
            for path in spoilt_addresses(visitor, row, values):
                status = open_or_send(visitor, row, path)
                if status not in FINE[row.method]:
                    faults.append((visitor.role, row.method, row.route, path[:80], status))

    assert faults == []
    assert set(kept) <= {"request_key"}


def on_sqlite(engine):
    return engine.dialect.name == "sqlite"


def walks(app, walker, roles, *methods):
    """Each route with a visitor it admits: the first of the roles, or each when exhaustive."""
    walked = set()
    for role in roles:
        visitor = walker(role)
        for row in (row for method in methods for row in rows(app, method)):
            is_new = EXHAUSTIVE or (row.method, row.route) not in walked
            if row.admits(role) and is_new:
                walked.add((row.method, row.route))
                yield visitor, row


def open_or_send(visitor, row, path):
    if row.method == "GET":
        return visitor.client.get(path).status_code
    return send(visitor, path, {})


def spoilt_addresses(visitor, row, values):
    """The address of `row` with each of its whole numbers replaced by ids nothing has."""
    for name in re.findall(r"<int:(\w+)>", row.route):
        for value in values:
            good = row.route.replace(f"<int:{name}>", "\0")
            path = visitor_path(visitor, row, good)
            yield path.replace("\0", quote(value))


def visitor_path(visitor, row, template):
    """Fill what is left open in `template` with the visitor's own objects."""
    blueprint = row.endpoint.partition(".")[0]
    values = visitor.company.values(blueprint, parameters(row), visitor.role)
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: quote(str(values[found[1]])), template)


def test_bad_query_never_breaks_a_page(app, engine, walker):
    faults = []
    for number, (visitor, row) in enumerate(walks(app, walker, VISITORS, "GET")):
        path = visitor.address(row)
        for value in queries_for(number, engine):
            query = encoded({name: [value, "x"] for name in QUERY_NAMES})
            status = visitor.client.get(f"{path}?{query}").status_code
            if status >= 500:
                faults.append((visitor.role, row.route, repr(value)[:40], status))

    assert faults == []


def queries_for(number, engine):
    """What is asked of a page: what databases choke on, and one of the rest in turn."""
    worst, rest = BAD_QUERIES[:WORST], BAD_QUERIES[WORST:]
    if EXHAUSTIVE:
        return BAD_QUERIES if on_sqlite(engine) else worst
    return [*worst, rest[number % len(rest)]] if on_sqlite(engine) else [worst[number % WORST]]


def test_bad_field_is_answered_and_leaves_nothing_half_done(app, engine, walker, kept_writes):
    known, faults = set(), []
    for role in VISITORS:
        visitor = walker(role)
        for action, fields in forms_of(visitor, app, set() if EXHAUSTIVE else known):
            for changes in spoilt(fields, engine):
                with kept_writes() as kept:
                    status = send(visitor, action, {**fields, "request_key": "", **changes})
                if status == 302 or action in LEAVING:
                    visitor.come_in()
                left = [] if status < 400 else sorted(set(kept) - KEPT_APART.get(action, set()))
                if status >= 500 or left:
                    faults.append((role, action, repr(changes)[:80], status, left))

    assert faults == []


def one_of_a_kind(fields):
    """The fields to spoil; of those that differ in a number only, such as need_17, one."""
    kinds = {re.sub(r"\d+", "#", name): name for name in fields.keys() - PLAIN}
    return kinds.values()


def spoilt(fields, engine):
    """Changes that spoil a form: one field in the worst ways, then all fields in every way.

    The second engine gets of each field only what a database chokes on first.
    """
    kinds = {name: bad_for(fields[name]) for name in one_of_a_kind(fields)}
    everything = EXHAUSTIVE or on_sqlite(engine)
    for name, values in kinds.items():
        yield from ({name: value} for value in values[: WORST if everything else 1])
    for number in range(len(BAD_TEXTS) if everything else 0):
        yield {name: values[number] for name, values in kinds.items()}


def bad_for(value):
    """Bad values of the kind that a field holds."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return BAD_DAYS
    return BAD_NUMBERS if value.isdecimal() else BAD_TEXTS


def forms_of(visitor, app, known):
    """One form for each route that a page of this visitor's offers, but those `known`."""
    found = {}
    adapter = app.url_map.bind("localhost")
    for row in rows(app, "GET"):
        if not row.admits(visitor.role):
            continue
        path = visitor.address(row)
        answer = visitor.client.get(path)
        if answer.mimetype != "text/html":
            continue
        for action, fields in Forms(answer.text).found:
            target = urlsplit(action or path).path
            endpoint, _values = adapter.match(target, method="POST")
            key = (endpoint, tuple(sorted(fields)))
            if key not in known:
                found.setdefault(key, (target, fields))
    known.update(found)
    return list(found.values())


MIB = 1024 * 1024
OTHER_METHODS = ["TRACE", "PUT", "PATCH", "DELETE", "TRACK"]
BAD_BODIES = {
    "json": ({"data": b'{"csrf_token": "x"}', "content_type": "application/json"}, {400}),
    "no parts": ({"data": b"--x", "content_type": "multipart/form-data; boundary=x"}, {400}),
    "no boundary": ({"data": b"--x", "content_type": "multipart/form-data"}, {400}),
    "too large": ({"data": b"a=" + b"a" * 4 * MIB, "content_type": FORM}, {413}),
    "too many fields": ({"data": b"a=1&" * 1001, "content_type": FORM}, {400, 413}),
    "no body": ({}, {400}),
}


@pytest.mark.parametrize("app", ENGINES, indirect=True)  # no body comes as far as the database
def test_body_that_is_no_form_is_refused_everywhere(app, walker, kept_writes):
    visitor = walker("hr")
    paths = [visitor.address(row) for row in rows(app, "POST") if row.admits("hr")]

    with kept_writes() as kept:
        faults = [
            (kind, path, status)
            for kind, (body, expected) in BAD_BODIES.items()
            for path in paths
            if (status := visitor.client.post(path, **body).status_code) not in expected
        ]

    assert paths != []
    assert faults == []
    assert kept == []


@pytest.mark.parametrize("app", ENGINES, indirect=True)
def test_other_methods_are_not_known(app, walker):
    visitor = walker("hr")
    paths = [visitor.address(row) for row in rows(app, "GET")]

    statuses = {
        method: {visitor.client.open(path, method=method).status_code for path in paths}
        for method in OTHER_METHODS
    }

    assert statuses == {method: {405} for method in OTHER_METHODS}
