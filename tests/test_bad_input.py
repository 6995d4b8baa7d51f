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
from tests.test_routes import Asker, parameters, rows

NO_SUCH_IDS = ["0", "2147483648", "9223372036854775808", "9" * 5000]
BROKEN_UTF8 = b"\xed\xa0\x80\xff"  # a lone surrogate, and a byte that begins nothing
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
def walker(app, client, session, clock):
    company = make_company(session)

    def walk_as(role):
        return Asker(app, client, session, company, role)

    return walk_as


def encoded(fields):
    """A form body; bytes go in as they are, so that broken UTF-8 can be sent."""
    return urlencode(fields, doseq=True)


def send(visitor, path, fields):
    body = {**fields, "csrf_token": visitor.good_token}
    return visitor.client.post(path, data=encoded(body), content_type=FORM).status_code


@pytest.mark.parametrize("role", ["hr", "employee"])
def test_address_of_nothing_is_not_found_and_changes_nothing(role, app, walker, kept_writes):
    visitor = walker(role)

    faults = []
    with kept_writes() as kept:
        for row in rows(app, "GET") + rows(app, "POST"):
            if not row.admits(role):
                continue
            for path in spoilt_addresses(visitor, row):
                status = open_or_send(visitor, row, path)
                if status not in FINE[row.method]:
                    faults.append((row.method, row.route, path[:80], status))

    assert faults == []
    assert set(kept) <= {"request_key"}


def open_or_send(visitor, row, path):
    if row.method == "GET":
        return visitor.client.get(path).status_code
    return send(visitor, path, {})


def spoilt_addresses(visitor, row):
    """The address of `row` with each of its whole numbers replaced by ids nothing has."""
    for name in re.findall(r"<int:(\w+)>", row.route):
        for value in NO_SUCH_IDS:
            good = row.route.replace(f"<int:{name}>", "\0")
            path = visitor_path(visitor, row, good)
            yield path.replace("\0", quote(value))


def visitor_path(visitor, row, template):
    """Fill what is left open in `template` with the visitor's own objects."""
    blueprint = row.endpoint.partition(".")[0]
    values = visitor.company.values(blueprint, parameters(row), visitor.role)
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: quote(str(values[found[1]])), template)


@pytest.mark.parametrize("role", ["hr", "employee", "anonymous"])
def test_bad_query_never_breaks_a_page(role, app, engine, walker):
    visitor = walker(role)
    values = BAD_QUERIES if engine.dialect.name == "sqlite" else BAD_QUERIES[:2]

    faults = []
    for row in rows(app, "GET"):
        if not row.admits(role):
            continue
        path = visitor.address(row)
        for value in values:
            query = encoded({name: [value, "x"] for name in QUERY_NAMES})
            status = visitor.client.get(f"{path}?{query}").status_code
            if status >= 500:
                faults.append((row.route, repr(value)[:40], status))

    assert faults == []


@pytest.mark.parametrize("role", ["hr", "employee", "anonymous"])
def test_bad_field_is_answered_and_leaves_nothing_half_done(role, app, walker, kept_writes):
    visitor = walker(role)
    forms = forms_of(visitor, app)

    faults = []
    for action, fields in forms:
        for changes in spoilt(fields):
            with kept_writes() as kept:
                status = send(visitor, action, {**fields, "request_key": "", **changes})
            if status == 302 or action in LEAVING:
                visitor.come_in()
            left = [] if status < 400 else sorted(set(kept) - KEPT_APART.get(action, set()))
            if status >= 500 or left:
                faults.append((action, repr(changes)[:80], status, left))

    assert faults == []


def one_of_a_kind(fields):
    """The fields to spoil; of those that differ in a number only, such as need_17, one."""
    kinds = {re.sub(r"\d+", "#", name): name for name in fields.keys() - PLAIN}
    return kinds.values()


def spoilt(fields):
    """Changes that spoil a form: one field in the worst ways, then all fields in every way."""
    kinds = {name: bad_for(fields[name]) for name in one_of_a_kind(fields)}
    for name, values in kinds.items():
        yield from ({name: value} for value in values[:WORST])
    for number in range(len(BAD_TEXTS)):
        yield {name: values[number] for name, values in kinds.items()}


def bad_for(value):
    """Bad values of the kind that a field holds."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return BAD_DAYS
    return BAD_NUMBERS if value.isdecimal() else BAD_TEXTS


def forms_of(visitor, app):
    """One form for each route that a page of this visitor's offers."""
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
            found.setdefault(key, (target, fields))
    return list(found.values())


MIB = 1024 * 1024
BAD_BODIES = {
    "json": ({"data": b'{"csrf_token": "x"}', "content_type": "application/json"}, {400}),
    "no parts": ({"data": b"--x", "content_type": "multipart/form-data; boundary=x"}, {400}),
    "no boundary": ({"data": b"--x", "content_type": "multipart/form-data"}, {400}),
    "too large": ({"data": b"a=" + b"a" * 4 * MIB, "content_type": FORM}, {413}),
    "too many fields": ({"data": b"a=1&" * 1001, "content_type": FORM}, {400, 413}),
    "no body": ({}, {400}),
}


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_body_that_is_no_form_is_refused_everywhere(kind, app, walker, kept_writes):
    visitor = walker("hr")
    body, expected = BAD_BODIES[kind]

    with kept_writes() as kept:
        answers = {
            row.route: visitor.client.post(visitor.address(row), **body).status_code
            for row in rows(app, "POST")
            if row.admits("hr")
        }

    assert {route: status for route, status in answers.items() if status not in expected} == {}
    assert kept == []


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "TRACK"])
def test_other_methods_are_not_known(method, app, walker):
    visitor = walker("hr")

    answers = {
        row.route: visitor.client.open(visitor.address(row), method=method).status_code
        for row in rows(app, "GET")
    }

    assert set(answers.values()) == {405}
