"""What the planner commands do: read files, call the engine, write files.

Exit codes: 0 = done and valid, 1 = infeasible or a violation (named), 2 = unreadable input (with
the place in the file) or wrong use.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from app import planner
from app.planner.reading import UnreadableError, parse_json
from app.planner.settings import OnBetter, Progress

DONE, REFUSED, UNREADABLE = 0, 1, 2
KEEP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """The options of `solve` as given on the command line."""

    time: float = 60.0
    seed: int | None = None
    gap: float = 0.0
    workers: int = 1
    max_changes: int | None = None
    balanced: bool = False
    start: str | None = None
    progress: bool = False
    keep: bool = False


def run_solve(instance_file: str, output: str | None, options: SolveOptions) -> int:
    """Plan an instance file and write the plan; SIGINT and SIGTERM stop it, keeping the best."""
    text = _read(instance_file)
    instance = planner.load_instance(text)
    start = planner.load_plan(_read(options.start)) if options.start else None
    plan = planner.solve(
        instance,
        time_s=options.time,
        gap_pct=options.gap,
        seed=instance.seed if options.seed is None else options.seed,
        workers=options.workers,
        start=start,
        max_changes=options.max_changes,
        balanced=options.balanced,
        on_progress=_say_progress if options.progress else None,
        should_stop=_stop_wish(),
        on_better=_keeper(output) if options.keep and output else None,
    )
    _write(output, plan.to_json())
    if plan.status == "INFEASIBLE":
        return _say_why(instance, plan)
    return _judge(text, plan.to_json())


def _keeper(output: str) -> OnBetter:
    """Writes every better plan to `output`, at most once a second and never half a file."""
    written_at = [-KEEP_SECONDS]

    def keep(stays: tuple[planner.Stay, ...], score: int) -> None:
        if time.monotonic() - written_at[0] < KEEP_SECONDS:
            return
        draft = Path(f"{output}.new")
        draft.write_text(planner.Plan(stays, score, None, "FEASIBLE").to_json(), encoding="utf-8")
        draft.replace(output)
        written_at[0] = time.monotonic()

    return keep


def _say_why(instance: planner.Instance, plan: planner.Plan) -> int:
    _refuse(f"infeasible: {plan.notes.get('reason')}")
    for fact in planner.conflict(instance)["facts"]:
        _refuse(f"- {fact['words']}")
    return REFUSED


def run_explain(instance_file: str, plan_file: str, output: str | None) -> int:
    """Write rotation-explain/1 for a plan; a plan that breaks a rule is refused."""
    instance_text, plan_text = _read(instance_file), _read(plan_file)
    instance, plan = planner.load_instance(instance_text), planner.load_plan(plan_text)
    verdict = _judge(instance_text, plan_text)
    if verdict == DONE:
        _write(output, _json(planner.explain(instance, plan)))
    return verdict


def run_conflict(instance_file: str, output: str | None) -> int:
    """Write rotation-conflict/1; 0 where the instance has a plan, 1 where it has none."""
    found = planner.conflict(planner.load_instance(_read(instance_file)))
    _write(output, _json(found))
    for fact in found["facts"]:
        _refuse(fact["words"])
    return DONE if found["feasible"] else REFUSED


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def run_check(instance_file: str, plan_file: str) -> int:
    """Verify a plan without the solver; prints rotation-check/1."""
    instance_text, plan_text = _read(instance_file), _read(plan_file)
    planner.load_instance(instance_text)
    planner.load_plan(plan_text)
    return _judge(instance_text, plan_text, show=True)


def _judge(instance_text: str | bytes, plan_text: str | bytes, *, show: bool = False) -> int:
    result = planner.check(_document(instance_text), _document(plan_text))
    if show:
        _write(None, _json(result.as_dict()))
    for violation in result.violations:
        _refuse(f"{violation.code}: {violation.words}")
    return DONE if result.is_valid else REFUSED


def _document(text: str | bytes) -> dict[str, object]:
    value = parse_json(text)
    return value if isinstance(value, dict) else {}


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UnreadableError("", f"{name}: {error.strerror}") from error


def _write(name: str | None, text: str) -> None:
    if name in (None, "-"):
        sys.stdout.write(text)
        return
    target = Path(str(name))
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnreadableError("", f"{name}: {error.strerror}") from error


def _refuse(words: str) -> int:
    sys.stderr.write(words + "\n")
    return REFUSED


def _say_progress(progress: Progress) -> None:
    sys.stderr.write(json.dumps(asdict(progress)) + "\n")
    sys.stderr.flush()


def _stop_wish() -> Callable[[], bool]:
    """A question whose answer becomes yes with SIGINT or SIGTERM."""
    wishes: list[int] = []

    def remember(number: int, _frame: object) -> None:
        wishes.append(number)

    signal.signal(signal.SIGINT, remember)
    signal.signal(signal.SIGTERM, remember)
    return lambda: bool(wishes)


def answer(run: Callable[[], int]) -> int:
    """Run a command and turn unreadable input into its exit code and one line of words."""
    try:
        return run()
    except UnreadableError as error:
        sys.stderr.write(f"unreadable: {error}\n")
        return UNREADABLE
    except planner.NoPlanYetError:
        return _refuse("stopped before any valid plan was found")


def main(arguments: list[str]) -> int:
    """The commands without Flask."""
    asked = _parser().parse_args(arguments)
    match asked.command:
        case "solve":
            names = SolveOptions.__dataclass_fields__
            options = SolveOptions(**{name: getattr(asked, name) for name in names})
            return answer(lambda: run_solve(asked.instance, asked.output, options))
        case "explain":
            return answer(lambda: run_explain(asked.instance, asked.plan, asked.output))
        case "conflict":
            return answer(lambda: run_conflict(asked.instance, asked.output))
        case _:
            return answer(lambda: run_check(asked.instance, asked.plan))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.planner", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    solve = commands.add_parser("solve", help="plan an instance")
    solve.add_argument("instance")
    solve.add_argument("-o", "--output")
    solve.add_argument("--time", type=float, default=60.0, help="seconds")
    solve.add_argument("--seed", type=int)
    solve.add_argument("--gap", type=float, default=0.0, help="stop at this proven gap, per cent")
    solve.add_argument("--workers", type=int, default=1)
    solve.add_argument("--max-changes", type=int)
    solve.add_argument("--balanced", action="store_true")
    solve.add_argument("--start", help="a plan file to begin from")
    solve.add_argument("--keep", action="store_true", help="write every better plan at once")
    solve.add_argument("--progress", action="store_true", help="JSON lines on standard error")
    explain = commands.add_parser("explain", help="give the reasons of a plan")
    explain.add_argument("instance")
    explain.add_argument("plan")
    explain.add_argument("-o", "--output")
    conflict = commands.add_parser("conflict", help="name what cannot hold together")
    conflict.add_argument("instance")
    conflict.add_argument("-o", "--output")
    check = commands.add_parser("check", help="verify a plan independently")
    check.add_argument("instance")
    check.add_argument("plan")
    return parser
