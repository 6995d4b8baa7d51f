"""What sign-in needed for a while is forgotten by itself."""

from datetime import timedelta

from sqlalchemy import func, select

from app.audit.models import RequestKey
from app.people.jobs import access
from app.people.models import Login, SignInThrottle
from tests.factories import NOW, make_login, make_person


def test_counters_sessions_and_request_keys_go_when_they_are_old(app, session, clock):
    ada = make_person(session, "Ada")
    make_login(session, ada, at=NOW)
    for days in (0, 60):
        at = NOW - timedelta(days=days)
        session.add(SignInThrottle(key=f"k{days}", failures=1, first_at=at))
        session.add(RequestKey(actor_id=ada.id, key=f"k{days}", at=at))
    make_login(session, ada, at=NOW - timedelta(days=90))
    session.commit()

    with app.app_context():
        access.forget()

    session.expire_all()
    left = [
        session.scalar(select(func.count()).select_from(table))
        for table in (SignInThrottle, RequestKey, Login)
    ]
    assert left == [1, 1, 1]
