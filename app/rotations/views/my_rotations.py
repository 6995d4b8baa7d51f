"""My rotations: what I applied for, what came of it, where I go, and what to do next."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import reading
from app.domain.refusals import N_
from app.domain.stays import LIVE
from app.rotations.models import Application, ApplicationState, EndorsementState
from app.rotations.queries.my_rotations import applications_of, open_rounds
from app.rotations.queries.stays.listing import around, of_person
from app.rotations.views.stays import LABELS
from app.web.guards import actor, allow, signed_in
from app.web.locale import day as day_text

bp = Blueprint("my_rotations", __name__, url_prefix="/my-rotations")

UNSENT = {
    ApplicationState.DRAFT: N_("A draft: nobody but you can see it."),
    ApplicationState.WITHDRAWN: N_("You withdrew this application."),
}


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """My applications, my stays, and the stays I look after."""
    today = clock.today(actor.zone)
    with reading() as session:
        applications = applications_of(session, actor.person_id)
        stays = of_person(session, actor.person_id, today=today)
        looked_after = around(session, actor.person_id, actor.responsible_for, today=today)
        return render_template(
            "rotations/my_rotations/index.html",
            applications=applications,
            rounds=open_rounds(session, applications),
            current=[row for row in stays if row.stay.state in LIVE],
            past=[row for row in stays if row.stay.state not in LIVE],
            guests=[row for row in looked_after if row.stay.person_id != actor.person_id],
            answer_to=_answer_to,
            **LABELS,
        )


def _answer_to(application: Application) -> str:
    """Where an application stands, in one sentence."""
    if application.outcome is not None and application.outcome.placed:
        return str(_("You have a place."))
    if application.outcome is not None:
        return str(_("No place this time; the reasons stand in the application."))
    if application.state is not ApplicationState.SUBMITTED:
        return str(_(UNSENT[application.state]))
    return _endorsed(application)


def _endorsed(application: Application) -> str:
    endorsement = application.endorsement
    if endorsement is not None and endorsement.state is EndorsementState.REFUSED:
        reason = endorsement.reason
        return str(_("Your team cannot do without you this time: %(reason)s", reason=reason))
    if endorsement is not None and endorsement.state is EndorsementState.ENDORSED:
        day = day_text(application.round.publish_on)
        return str(_("Endorsed. The answer comes on %(day)s.", day=day))
    return str(_("Sent in. Your team is asked next."))
