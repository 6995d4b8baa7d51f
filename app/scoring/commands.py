"""What `flask scoring run` does: read three tables, score every wave, write one JSON file.

Exit codes: 0 = done, 2 = unreadable input (with file, line and column) or a file that cannot be
opened or written.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app import scoring
from app.scoring.reading import Company, UnreadableTableError, read_company
from app.scoring.writing import dumped, report

DONE, UNREADABLE = 0, 2


def run(answers: str, cells: str, teams: str, output: str | None) -> int:
    """Score a company from files and write the report; standard output without `output`."""
    try:
        company = read_company(_read(answers), _read(cells), _read(teams))
        text = dumped(report(score_company(company), scoring.Settings()))
        _write(output, text)
    except UnreadableTableError as error:
        sys.stderr.write(f"unreadable: {error}\n")
        return UNREADABLE
    except OSError as error:
        sys.stderr.write(f"{error.filename or _named(output)}: {error.strerror}\n")
        return UNREADABLE
    return DONE


def score_company(company: Company) -> list[scoring.WaveScore]:
    """Score all waves, each against those before it."""
    history: list[scoring.PastWave] = []
    scores = []
    for wave in company.waves:
        score = scoring.score_wave(
            wave,
            company.ballots[wave],
            company.asked[wave],
            company.departments,
            history=history,
        )
        history.append(scoring.PastWave.from_snapshot(scoring.snapshot(score)))
        scores.append(score)
    return scores


def _read(name: str) -> tuple[str, bytes]:
    return name, Path(name).read_bytes()


def _named(output: str | None) -> str:
    return "standard output" if output in (None, "-") else str(output)


def _write(output: str | None, text: str) -> None:
    if output in (None, "-"):
        _say(text)
        return
    path = Path(str(output)).resolve()
    if _is_replaceable(path):
        _replace(path, text)
    else:
        path.write_text(text, encoding="utf-8")


def _say(text: str) -> None:
    """Write to standard output at once, so that a full disk or a closed pipe shows here."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        sys.stdout = None  # nothing is left to be said at the end of the program
        raise


def _is_replaceable(path: Path) -> bool:
    """Whether a new file may take the place of `path`; a pipe or a device stays what it is."""
    ordinary = path.is_file() or not path.exists()
    return ordinary and os.access(path.parent, os.W_OK)


def _replace(path: Path, text: str) -> None:
    """Put the whole report in its place in one step: there is never half a file."""
    unfinished = path.with_name(f".scoring-{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        unfinished.unlink(missing_ok=True)
