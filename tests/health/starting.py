"""Actions of a pair as tests make and start them."""

from datetime import timedelta

from sqlalchemy import select

from app.domain.seats import GatheringState
from app.health.models import ActionGathering, Remedy
from app.health.queries.actions import find
from app.health.services.actions import About, ActionDraft, plan
from app.health.services.starts import Act
from app.outbox.models import Notice
from app.people.models import Team
from tests.factories import NOW
from tests.gatherings.makers import make_gathering
from tests.people.door import csrf_token

TODAY = NOW.date()


SOON = TODAY + timedelta(days=30)


OFFER = {
    "label": "A day on the road",
    "region": "North",
    "day": "2026-12-21",
    "starts": "09:00",
    "ends": "15:00",
    "seats": "1",
    "cancel_days": "3",
}


def make_remedy(session, kind, *, course=None):
    remedy = Remedy(
        dimension="respect",
        kind=kind,
        title_de="Etwas",
        title_en="Something",
        text_de="Beide",
        text_en="Both",
        course_id=course.id if course else None,
    )
    session.add(remedy)
    session.flush()
    return remedy


def make_action(session, sides, kind=None, *, owner=None, course=None, what="See a customer"):
    """An action of Rhine and Elbe whose owner is somebody of Rhine without any role."""
    owner = owner or sides.members["Rhine"][0]
    remedy = make_remedy(session, kind, course=course) if kind else None
    draft = ActionDraft(what, owner.id, SOON, "respect", remedy.id if remedy else None)
    about = About(1, sides.team("Rhine"), sides.team("Elbe"))
    action = plan(session, about, draft, by=owner.id, today=TODAY, at=NOW)
    session.commit()
    return find(session, action.id)


def act(action, by, *, at=NOW):
    return Act(by.id, at, action.version)


def told(session, person):
    rows = session.scalars(select(Notice.title).where(Notice.person_id == person.id))
    return rows.all()


def shown(client, action):
    return client.get(f"/actions/{action.id}").text


def date_fields(session, client, action, course, **fields):
    token = csrf_token(client, f"/actions/{action.id}/session")
    return {
        "csrf_token": token,
        "version": str(action.version),
        "course": str(course.id),
        "site": str(session.get_one(Team, action.low_team_id).site_id),
        "first": "2027-01-14",
        "starts": "09:00",
        "seats": "9",
        "place": "Market hall",
        **fields,
    }


def took_place(session, action, host, *, days=2):
    """A joint day of the action that is over, with a guest."""
    made = make_gathering(
        session,
        host=host,
        starts_at=NOW - timedelta(days=days),
        state=GatheringState.OVER,
        taken=1,
    )
    row = {"action_id": action.id, "gathering_id": made.id}
    session.add(ActionGathering(**row, started_by=None, started_at=NOW))
    session.commit()
    return made
