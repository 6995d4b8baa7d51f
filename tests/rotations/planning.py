"""A small company in planning, shared by the tests of plans, board and publishing."""

from dataclasses import dataclass

from app.people.models import Person, Team
from app.rotations.models import (
    Assignment,
    EndorsementState,
    Placement,
    Plan,
    PlanState,
    Round,
    RoundState,
)
from app.rotations.services.instances import export
from app.rotations.services.plans import dumped
from tests.factories import (
    NOW,
    make_application,
    make_department,
    make_endorsement,
    make_person,
    make_placement,
    make_round,
    make_team,
)


@dataclass
class Scene:
    """Ada and Rosa of Rhine, Bo of Elbe; Elbe's desk has one seat, Rhine's studio another."""

    round: Round
    rhine: Team
    elbe: Team
    ada: Person
    rosa: Person
    bo: Person
    olga: Person
    desk: Placement
    field: Placement
    studio: Placement


def make_scene(session, *, state=RoundState.PLANNING, **round_fields) -> Scene:
    """Ada and Rosa both wish for the desk first; Rosa would also take the field placement."""
    rhine = make_team(session, "Rhine")
    elbe = make_team(session, "Elbe", department=make_department(session, "Sales"))
    people = {name: make_person(session, name, team=rhine) for name in ("Ada", "Rosa")}
    bo = make_person(session, "Bo", team=elbe)
    olga = make_person(session, "Olga", roles=["hr"])
    round_ = make_round(session, state=state, **round_fields)
    desk = make_placement(session, round_, elbe, last_start=0, duration=2)
    field = make_placement(session, round_, elbe, "Field days", duration=1)
    studio = make_placement(session, round_, rhine, "Studio", duration=2)
    for person, home, wishes in (
        (people["Ada"], rhine, [desk]),
        (people["Rosa"], rhine, [desk, field]),
        (bo, elbe, [studio]),
    ):
        application = make_application(session, round_, person, home, wishes)
        make_endorsement(session, application, state=EndorsementState.ENDORSED, decided_at=NOW)
    return Scene(round_, rhine, elbe, people["Ada"], people["Rosa"], bo, olga, desk, field, studio)


def make_plan(session, scene, stays=(), *, name="First try", **fields) -> Plan:
    """Make a computed scenario; `stays` are (person, placement, start)."""
    instance = export(session, scene.round, today=NOW.date())
    values = {
        "state": PlanState.READY,
        "settings": {},
        "progress": {},
        "instance": dumped(instance),
        "score": 0,
        "created_at": NOW,
        "finished_at": NOW,
        **fields,
    }
    plan = Plan(round_id=scene.round.id, name=name, **values)
    plan.assignments = [
        Assignment(person_id=person.id, placement_id=place.id, start=start)
        for person, place, start in stays
    ]
    session.add(plan)
    session.flush()
    return plan
