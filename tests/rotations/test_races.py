"""Things that happen in the same moment: one wins, the other is told, nothing is half done."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.rotations.models import (
    Application,
    ApplicationState,
    Endorsement,
    EndorsementState,
    PlacementState,
    Round,
    RoundState,
)
from tests.factories import make_application, make_endorsement

LONG_ENOUGH = 0.7  # seconds in which the other request comes as far as it gets


@pytest.fixture
def while_publishing(engine, session, cast):
    """Send a form while somebody publishes the round; gives its answer."""

    def sending(visitor, path, **fields):
        visitor.get("/applications/")
        session.commit()
        with Session(engine) as publisher, ThreadPoolExecutor(1) as other:
            publisher.execute(update(Round).values(state=RoundState.PUBLISHED))
            answer = other.submit(visitor.post, path, **fields)
            sleep(LONG_ENOUGH)
            publisher.commit()
            return answer.result(timeout=20)

    return sending


def test_nobody_withdraws_while_the_plan_is_published(session, cast, signed_in, while_publishing):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    path = f"/applications/{application.id}/withdraw"

    answer = while_publishing(signed_in(cast.ada), path)

    assert (answer.status_code, application.state) == (409, ApplicationState.SUBMITTED)


def test_nobody_is_endorsed_while_the_plan_is_published(session, cast, signed_in, while_publishing):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    endorsement = make_endorsement(session, application)
    ticked = f"{endorsement.id}:{endorsement.version}"

    answer = while_publishing(
        signed_in(cast.lea), "/endorsements/bulk", endorsement=ticked, cover_plan=""
    )

    assert (answer.status_code, endorsement.state) == (409, EndorsementState.ASKED)


def test_no_host_withdraws_a_placement_while_the_plan_is_published(
    cast, signed_in, while_publishing
):
    path = f"/placements/{cast.desk.id}/withdraw"

    answer = while_publishing(signed_in(cast.bo), path, reason="No desk")

    assert (answer.status_code, cast.desk.state) == (404, PlacementState.OFFERED)


class Detached:
    """Stands for the test's session in browsers that run at the same time."""

    def commit(self):
        """Nothing is open."""

    def expire_all(self):
        """Nothing is remembered."""


def both_at_once(session, visitors, path, form):
    """Send the same form from two browsers at once; gives the statuses in order."""
    for visitor in visitors:
        visitor.post("/preferences/locale", locale="en")
    session.commit()
    for visitor in visitors:
        visitor.client.session = Detached()
    with ThreadPoolExecutor(len(visitors)) as pool:
        answers = list(pool.map(lambda visitor: visitor.post(path, **form), visitors))
    session.expire_all()
    return sorted(answer.status_code for answer in answers)


def test_application_sent_from_two_windows_at_once_is_there_once(session, cast, signed_in):
    windows = [signed_in(cast.ada), signed_in(cast.ada)]
    form = {"choice1": str(cast.desk.id), "submit": "1"}

    both = both_at_once(session, windows, f"/applications/round/{cast.round.id}", form)

    assert both == [302, 409]
    assert session.scalar(select(func.count()).select_from(Application)) == 1


def test_of_two_deciders_at_once_one_is_shown_both_answers(session, cast, signed_in):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    endorsement = make_endorsement(session, application)
    deciders = [signed_in(cast.lea), signed_in(cast.dan)]
    form = {"answer": "endorse", "cover_plan": "", "reason": "", "version": "1"}

    both = both_at_once(session, deciders, f"/endorsements/{endorsement.id}", form)

    assert both == [302, 409]
    assert session.scalars(select(Endorsement.version)).all() == [2]


def test_form_clicked_twice_at_once_is_carried_out_once(session, cast, signed_in):
    ada, form = signed_in(cast.ada), {"request_key": "k" * 24, "submit": "1"}
    windows = [ada, signed_in(cast.ada)]
    path = f"/applications/round/{cast.round.id}"

    both = both_at_once(session, windows, path, {**form, "choice1": str(cast.desk.id)})

    assert both == [302, 302]
    assert session.scalars(select(Application.version)).all() == [2]
