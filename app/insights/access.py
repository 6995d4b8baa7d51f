"""Who reads and answers insights."""

from __future__ import annotations

from app.domain.insights import InsightKind
from app.domain.roles import Actor
from app.insights.models import Insight


def may_see(actor: Actor, insight: Insight) -> bool:
    """Who wrote it, who stayed, who answers, who answers for that team, and HR.

    What is for both teams is read by everybody in them and by those who answer for them.
    """
    mine = actor.person_id in {insight.owner_id, insight.written_by, insight.person_id}
    near = insight.team_id in actor.responsible_for
    return mine or near or actor.is_hr or _is_of_both_teams(actor, insight)


def may_decide(actor: Actor, insight: Insight) -> bool:
    """The owner says what becomes of it."""
    return insight.owner_id == actor.person_id


def may_hand_over(actor: Actor, insight: Insight) -> bool:
    """The owner, those who answer for the owner's team, and HR name another owner."""
    return may_decide(actor, insight) or insight.team_id in actor.responsible_for or actor.is_hr


def may_open_source(actor: Actor, insight: Insight) -> bool:
    """Joint days are open to all; the page of a stay to its person, the two leads and HR."""
    if insight.kind is InsightKind.JOINT_DAY or actor.is_hr:
        return True
    leads = not actor.responsible_for.isdisjoint({insight.team_id, insight.from_team_id})
    return leads or insight.person_id == actor.person_id


def names_writer(insight: Insight) -> bool:
    """After a stay teams look back as teams: only its person is named, and who wrote of a day."""
    return insight.kind is InsightKind.JOINT_DAY or insight.written_by == insight.person_id


def _is_of_both_teams(actor: Actor, insight: Insight) -> bool:
    teams = {insight.team_id, insight.from_team_id}
    return insight.for_both_teams and not teams.isdisjoint(actor.teams | actor.responsible_for)
