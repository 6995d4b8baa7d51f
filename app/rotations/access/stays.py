"""Who sees and does what on the page of a stay. Stays come with nothing but their own columns."""

from __future__ import annotations

from app.domain.consent import ConsentParty
from app.domain.roles import Actor
from app.people.models import Side
from app.rotations.models import DebriefSide, Stay


def is_person(actor: Actor, stay: Stay) -> bool:
    """Whose stay it is."""
    return stay.person_id == actor.person_id


def is_buddy(actor: Actor, stay: Stay) -> bool:
    """Who looks after the guest."""
    return stay.buddy_id == actor.person_id


def leads_home(actor: Actor, stay: Stay) -> bool:
    """Lead or deputy of the team the person comes from."""
    return stay.home_team_id in actor.responsible_for and not is_person(actor, stay)


def leads_host(actor: Actor, stay: Stay) -> bool:
    """Lead or deputy of the team the person goes to."""
    return stay.host_team_id in actor.responsible_for and not is_person(actor, stay)


def leads_either(actor: Actor, stay: Stay) -> bool:
    """Lead or deputy of one of the two teams."""
    return leads_home(actor, stay) or leads_host(actor, stay)


def acts_for_hr(actor: Actor, stay: Stay) -> bool:
    """HR, but never about the own stay."""
    return actor.is_hr and not is_person(actor, stay)


def may_see(actor: Actor, stay: Stay) -> bool:
    """The person, the buddy, both teams' leads and HR. The works council has its register."""
    involved = is_person(actor, stay) or is_buddy(actor, stay) or leads_either(actor, stay)
    return involved or actor.is_hr


def may_answer(actor: Actor, stay: Stay, party: ConsentParty) -> bool:
    """Who speaks for a party; nobody but the person speaks about their own stay."""
    return {
        ConsentParty.PERSON: is_person(actor, stay),
        ConsentParty.HOST: leads_host(actor, stay),
        ConsentParty.HR: acts_for_hr(actor, stay),
        ConsentParty.COUNCIL: actor.is_council and not is_person(actor, stay),
    }[party]


def may_end(actor: Actor, stay: Stay) -> bool:
    """Any side ends a stay early, without blame."""
    return is_person(actor, stay) or leads_either(actor, stay) or actor.is_hr


def may_cancel(actor: Actor, stay: Stay) -> bool:
    """HR takes a place back before the start."""
    return acts_for_hr(actor, stay)


def may_edit_sheet(actor: Actor, stay: Stay) -> bool:
    """The host team knows desk and accounts, HR the rules."""
    return leads_host(actor, stay) or acts_for_hr(actor, stay)


def sees_commission(actor: Actor, stay: Stay) -> bool:
    """Commission concerns sales people only, and is not the buddy's business.

    The stay comes with its home team's department.
    """
    if stay.home.department.side is not Side.SALES:
        return False
    return is_person(actor, stay) or leads_either(actor, stay) or actor.is_hr


def may_set_goals(actor: Actor, stay: Stay) -> bool:
    """The person and the host team agree on what is to be learned."""
    return is_person(actor, stay) or leads_host(actor, stay)


def sees_check_ins(actor: Actor, stay: Stay) -> bool:
    """What was said stays among person, buddy and the two leads; HR sees only that it was held."""
    return is_person(actor, stay) or is_buddy(actor, stay) or leads_either(actor, stay)


def may_hold_check_in(actor: Actor, stay: Stay) -> bool:
    """The person, the buddy or the host lead writes a check-in down."""
    return is_person(actor, stay) or is_buddy(actor, stay) or leads_host(actor, stay)


def sees_debriefs(actor: Actor, stay: Stay) -> bool:
    """What the three sides learned."""
    return is_person(actor, stay) or leads_either(actor, stay) or actor.is_hr


def sees_reasons(actor: Actor, stay: Stay) -> bool:
    """Why a consent was refused; not the buddy's business."""
    return is_person(actor, stay) or leads_either(actor, stay) or actor.is_hr


def sees_note(actor: Actor, stay: Stay) -> bool:
    """The neutral note about an early end is for HR alone."""
    return acts_for_hr(actor, stay)


def debrief_sides(actor: Actor, stay: Stay) -> tuple[DebriefSide, ...]:
    """For which sides somebody may look back."""
    speaks_for = {
        DebriefSide.PERSON: is_person(actor, stay),
        DebriefSide.HOST: leads_host(actor, stay),
        DebriefSide.HOME: leads_home(actor, stay),
    }
    return tuple(side for side, speaks in speaks_for.items() if speaks)
