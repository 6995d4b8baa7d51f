"""Which reports there are, who sees them and from which floor: for the works council and HR.

Who passes is read from the policies of the routes, the floors from the settings in force; only
what a report is for is written here.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database import reading
from app.domain.refusals import N_
from app.domain.voices import FLOOR
from app.surveys.queries import data_sheet
from app.web.guards import actor, allow, council_or_hr, policy_of

bp = Blueprint("reports", __name__, url_prefix="/health/reports")

READERS = {
    "lead": N_("leads and deputies"),
    "sponsor": N_("sponsors"),
    "hr": N_("HR"),
    "works_council": N_("works council"),
    "administrator": N_("administrators"),
    "trainer": N_("trainers"),
}
PAIRS = N_("%(k)d answers a direction, %(members)d members of the rated team")
COMPANY = N_("%(k)d answers a pair; smaller pairs count nowhere")
FORMULA_SAFE = N_("yes, each time with an entry in the access log")


@dataclass(frozen=True, slots=True)
class Report:
    """A report: `told` is what it says, `floor` from which numbers on, `own` whose part is seen.

    `endpoint` is the route whose policy says who reads it.
    """

    title: str
    told: str
    endpoint: str
    floor: str
    own: str = ""
    file: str = ""


CATALOGUE = (
    Report(
        N_("The company"),
        N_("One figure, its interval and its line, and whether it changed; what was done since."),
        "health.index",
        COMPANY,
    ),
    Report(
        N_("Who sees whom how"),
        N_("A matrix of directed pairs, what changed beyond noise, and means of departments."),
        "health.pair",
        PAIRS,
    ),
    Report(
        N_("A pair of teams"),
        N_("Both views, the gap, dimensions, the trend, contact, actions; printable."),
        "health.pair",
        N_("%(k)d answers a direction, %(dims)d for dimensions; contact of %(k)d people"),
        N_("Actions only of those who answer for the pair."),
    ),
    Report(
        N_("A team"),
        N_("How it sees others and is seen, and both totals over time."),
        "health.team",
        PAIRS,
    ),
    Report(
        N_("What others wrote about a team"),
        N_("Comments that may be read, mixed, and in steps of five how many were written."),
        "team_comments.index",
        N_("%(people)d people who judged the team, a week after the close"),
        N_("Only members of the team and those who answer for it."),
    ),
    Report(
        N_("Did it help?"),
        N_("Rotations, field trips and trainings beside comparable pairs."),
        "effects.index",
        N_("8 pairs on either side"),
    ),
    Report(
        N_("Drawing lots"),
        N_("Equally needy pairs, and who was drawn."),
        "lottery.index",
        PAIRS,
    ),
    Report(
        N_("Actions"),
        N_("What pairs do about weak results, and which have no answer yet."),
        "actions.index",
        PAIRS,
        N_("HR all, leads and sponsors those of their pairs, everybody the own ones."),
        FORMULA_SAFE,
    ),
    Report(
        N_("Needs for the planner"),
        N_("The weight of each pair with its two inputs, beside the wishes of a round."),
        "rounds.wishes",
        PAIRS,
        N_("Weights are shown to HR only."),
    ),
    Report(
        N_("How contact was"),
        N_("Three taps after a day together, one figure per question and pair, by quarter."),
        "health.pair",
        N_("%(taps)d answers of both sides together, in quarters that are over"),
    ),
    Report(
        N_("Share that is done"),
        N_("While a wave is open: of the whole company, in steps of ten percent."),
        "waves.page",
        N_("the whole company only, from %(share)d people asked on"),
        N_("The share is shown to HR only."),
    ),
    Report(
        N_("How full sessions get"),
        N_("Seats, bookings and attendance by course and joint day; nothing per person."),
        "occupancy.index",
        N_("none: counts of seats"),
        file=FORMULA_SAFE,
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A report in the reader's words; `route` as in the access matrix."""

    title: str
    told: str
    readers: str
    own: str
    floor: str
    file: str
    route: str


@bp.get("/")
@allow(council_or_hr)
def index() -> ResponseReturnValue:
    """Every report."""
    with reading() as session:
        facts = data_sheet.facts(session)
    numbers = {
        "k": facts.k,
        "members": facts.k_target,
        "dims": facts.dimensions_from,
        "share": facts.share_from,
        "people": facts.comment_people,
        "taps": FLOOR,
    }
    return render_template(
        "health/reports.html",
        lines=[_line(report, numbers) for report in CATALOGUE],
        facts=facts,
        may_audit=actor.is_council or actor.is_administrator,
    )


def _line(report: Report, numbers: dict[str, int]) -> Line:
    rule = next(current_app.url_map.iter_rules(report.endpoint))
    return Line(
        title=_(report.title),
        told=_(report.told),
        readers=_readers(report.endpoint),
        own=_(report.own) if report.own else "",
        floor=_(report.floor, **numbers),
        file=_(report.file) if report.file else _("no"),
        route=rule.rule,
    )


def _readers(endpoint: str) -> str:
    """Whom the policy of a route lets in, in words."""
    policy = policy_of(current_app, endpoint)
    if policy is None:
        return ""
    if "employee" in policy.audiences:
        return str(_("everybody who is signed in"))
    return ", ".join(_(words) for who, words in READERS.items() if who in policy.audiences)
