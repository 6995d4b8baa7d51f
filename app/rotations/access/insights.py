"""Who reads and answers insights. Insights come with debrief and stay."""

from __future__ import annotations

from app.domain.roles import Actor
from app.rotations.models import Insight


def may_see(actor: Actor, insight: Insight) -> bool:
    """Everybody of the two teams, the owner, the person of the stay, and HR."""
    stay = insight.debrief.stay
    teams = {stay.home_team_id, stay.host_team_id}
    near = not teams.isdisjoint(actor.teams | actor.responsible_for)
    mine = actor.person_id in {insight.owner_id, stay.person_id, insight.debrief.written_by}
    return near or mine or actor.is_hr


def may_decide(actor: Actor, insight: Insight) -> bool:
    """The owner says what becomes of it."""
    return insight.owner_id == actor.person_id


def may_hand_over(actor: Actor, insight: Insight) -> bool:
    """The owner, those who answer for the owner's team, and HR name another owner."""
    return may_decide(actor, insight) or insight.team_id in actor.responsible_for or actor.is_hr
