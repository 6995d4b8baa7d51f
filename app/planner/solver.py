"""Plan: a valid plan at once, then better ones and tighter bounds until the gap is met."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.planner import highs
from app.planner.draft import Draft, by_points, fill
from app.planner.instance import Instance, Stay
from app.planner.model import Floats, Mask, Model, build_model
from app.planner.plan import Plan, Status
from app.planner.relax import Relaxed, by_share, relax
from app.planner.search import Part, Search, part_of, point_of
from app.planner.settings import NoPlanYetError, Settings

HALF = 0.5
SOME = 1e-6
UNKNOWN = 1e20  # what HiGHS reports for a bound it has not got


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Stays at most `spread` reduced points below the best of their person.

    People whose linear share of one stay is at least `solid` keep that stay; `nodes` limits the
    work, so that the same seed gives the same plan on every machine.
    """

    spread: float
    solid: float
    nodes: int


NEIGHBOURHOODS = (
    Neighbourhood(20, 0.999, 1),
    Neighbourhood(60, 0.9999, 1),
    Neighbourhood(100, 0.9999, 10),
    Neighbourhood(60, 2, 10),
)
STEPS = ((4_000, 1), (30_000, 2))  # up to so many columns so many steps, then the proof


def plan(
    instance: Instance,
    settings: Settings,
    *,
    start: Plan | None = None,
    max_changes: int | None = None,
) -> Plan:
    """The best plan found within the limits of `settings`, from `start` where that is given."""
    model = build_model(instance, max_changes=max_changes)
    search = Search(model, settings)
    if model.impossible or not place_musts(search):
        return _nothing(search)
    first_plan(search, start)
    improve(search)
    return finished(search)


def place_musts(search: Search) -> bool:
    """Lock stays that fulfil pins, hard minimums and the limit of changes; False if impossible."""
    program = search.model.program
    rows = np.flatnonzero(program.least > 0)
    entries = np.isin(program.row, rows) & (program.value > 0)
    column_of = np.repeat(np.arange(len(program.points)), np.diff(program.begin))
    soft = np.unique(program.row[entries][column_of[entries] >= program.stays])
    entries &= ~np.isin(program.row, soft)
    serving = np.zeros(program.stays, dtype=bool)
    serving[column_of[entries]] = True
    if not serving.any():
        return True
    search.enter("musts")
    part = part_of(program, serving)
    outcome = highs.solve(part.program, search.run_with(mip_max_improving_sols=3), whole=True)
    if outcome.x is None and not outcome.infeasible:
        raise NoPlanYetError
    if outcome.x is None:
        return False
    search.locked = frozenset(_columns(part, outcome.x))
    return True


def _columns(part: Part, x: Floats) -> list[int]:
    taken = part.columns[: part.program.stays][x[: part.program.stays] > HALF]
    return [int(column) for column in taken]


def first_plan(search: Search, start: Plan | None) -> None:
    """The rank-greedy plan, and the given one as far as it still fits."""
    search.enter("greedy")
    order = by_points(search.layout)
    draft = Draft(search.layout, sorted(search.locked))
    fill(draft, order)
    search.offer(draft)
    if start is not None:
        search.offer_columns(columns_of(search.model, start.assignments))
    search.offer_columns(draft.chosen())


def columns_of(model: Model, stays: tuple[Stay, ...]) -> list[int]:
    """The columns of those stays that are possible at all."""
    number = {model.stay(column): column for column in range(len(model.columns))}
    return [number[stay] for stay in stays if stay in number]


def improve(search: Search) -> None:
    """Relax, round, search around the linear optimum, and prove."""
    if search.is_done():
        return
    search.enter("relax")
    relaxed = relax(search)
    if relaxed is None or search.is_done():
        return
    search.enter("round")
    search.offer_columns(by_share(relaxed))
    stays = search.model.program.stays
    steps = next((steps for most, steps in STEPS if stays <= most), len(NEIGHBOURHOODS))
    for step in NEIGHBOURHOODS[:steps]:
        if search.is_done():
            return
        search.enter("near")
        search_part(search, near(search, relaxed, step), mip_max_nodes=step.nodes)
    if not search.is_done():
        search.enter("proof")
        prove(search, relaxed)


def near(search: Search, relaxed: Relaxed, step: Neighbourhood) -> Mask:
    """The stays of a neighbourhood of the linear optimum."""
    owner = search.model.program.owner
    solid = relaxed.share >= step.solid
    settled = np.zeros(len(search.model.program.single), dtype=bool)
    settled[owner[solid]] = True
    promising = (relaxed.reduced >= -step.spread) | (relaxed.share > SOME)
    return np.asarray(solid | (promising & ~settled[owner]), dtype=bool)


def with_best(search: Search, stays: Mask) -> Mask:
    """The mask together with the best plan and the locked stays."""
    mask = stays.copy()
    mask[search.best or []] = True
    mask[sorted(search.locked)] = True
    return mask


def search_part(
    search: Search, stays: Mask, on_bound: Callable[[float], None] | None = None, **options: float
) -> highs.Outcome:
    """Look for a better plan made of these stays; `on_bound` hears what no such plan can pass."""
    part = part_of(search.model.program, with_best(search, stays))
    run = search.run_with(mip_rel_gap=0.0, mip_abs_gap=search.model.program.step - 0.01, **options)
    run.start = part.point(search)
    run.on_solution = lambda x: search.offer_columns(_columns(part, x))

    def hear(bound: float) -> bool:
        if on_bound is not None and abs(bound) < UNKNOWN:
            on_bound(bound)
        return search.is_done()

    run.on_bound = hear
    outcome = highs.solve(part.program, run, whole=True)
    if outcome.x is not None:
        search.offer_columns(_columns(part, outcome.x))
    return outcome


def prove(search: Search, relaxed: Relaxed) -> None:
    """Drop every stay that no better plan can hold, and solve the rest to the end."""
    program, score, bound = search.model.program, search.score, search.bound
    if score is None or bound is None:
        return
    open_stays = relaxed.reduced >= score + program.step - bound

    def narrow(found: float) -> None:
        whole = int(np.floor(found + SOME)) // program.step * program.step
        search.prove(max(score, whole + program.constant))

    outcome = search_part(search, open_stays, narrow)
    if outcome.bound is not None:
        narrow(outcome.bound)


def fewest_changes(instance: Instance, settings: Settings) -> int | None:
    """The least number of published stays that have to go; None where there is no plan at all."""
    model = build_model(instance)
    if model.impossible:
        return None
    search = Search(model, settings)
    kept = np.zeros_like(model.program.points)
    kept[: model.program.stays] = model.columns.kept
    outcome = highs.solve(replace(model.program, points=kept), search.run_with(), whole=True)
    if outcome.x is None:
        return None
    return len(instance.to_come) - round(float(outcome.x @ kept))


def finished(search: Search) -> Plan:
    """The best plan of a search as it stands in the file."""
    if search.best is None or search.score is None:
        return _nothing(search)
    stays = [search.model.stay(column) for column in search.best]
    status: Status = "OPTIMAL" if search.is_proven else "FEASIBLE"
    bound = search.score if search.is_proven else search.bound
    return Plan(
        tuple(sorted([*search.model.instance.started, *stays], key=_in_order)),
        search.score,
        bound,
        status,
        _notes(search),
    )


def _in_order(stay: Stay) -> tuple[str, int, str]:
    return str(stay.employee), stay.start, str(stay.placement)


def _notes(search: Search) -> dict[str, object]:
    return {
        "seconds": round(search.seconds(), 3),
        "gap_percent": None if search.gap is None else round(search.gap, 4),
        "ended_by": "proof" if search.is_proven else "limit",
        "times": {name: round(seconds, 3) for name, seconds in search.times.items()},
        "columns": len(search.model.columns),
    }


def _nothing(search: Search) -> Plan:
    started = tuple(sorted(search.model.instance.started, key=_in_order))
    draft = Draft(search.layout)
    notes = _notes(search)
    notes["reason"] = search.model.impossible or "pins, started stays and minimums contradict"
    return Plan(started, draft.points(), None, "INFEASIBLE", notes)


__all__ = ["Part", "plan", "point_of"]
