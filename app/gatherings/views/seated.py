"""Seats of the own teams, with who can be excused; a page of the blueprint of approvals."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import MOST_EXPORTED, traced_download
from app.database import reading
from app.gatherings.queries import approvals as queries
from app.gatherings.views.approvals import bp, decider, tabs, today
from app.web.export import FORMATS
from app.web.guards import allow, lead_or_hr
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page, arranged

__all__ = ["bp"]


@bp.get("/seats")
@allow(lead_or_hr)
def seated() -> ResponseReturnValue:
    """Who has a seat to come: searched, sorted, paged; `format=csv` or `xlsx` gives a file."""
    asked = ListRequest.from_args(request.args, sorts=queries.SEAT_ORDERS, default="starts")
    with reading() as session:
        found = arranged(
            queries.seated(session, decider(), today=today(), at=clock.now()),
            asked,
            texts=lambda row: (
                row.person.name,
                queries.title(row.booking.gathering, chosen_locale()),
            ),
            keys=queries.SEAT_ORDERS,
        )
        if request.args.get("format") in FORMATS:
            return _as_file(found)
        return render_template(
            "gatherings/approvals/seated.html",
            page=Page.cut(found, asked),
            title=lambda gathering: queries.title(gathering, chosen_locale()),
            tabs=tabs("seated"),
        )


def _as_file(found: list[queries.Request]) -> ResponseReturnValue:
    headers = [_("Person"), _("Home team"), _("Course"), _("Start"), _("Cancels without you until")]
    rows = (
        (
            row.person.name,
            row.team.name if row.team else "",
            queries.title(row.booking.gathering, chosen_locale()),
            row.booking.gathering.starts_at,
            row.booking.gathering.cancel_until,
        )
        for row in found[:MOST_EXPORTED]
    )
    form = request.args["format"]
    return traced_download(form, _("Seats of my teams"), headers, rows, subject="list:seats")
