"""What `flask scoring run` does: read three tables, score every wave, write one JSON file.

Exit codes: 0 = done, 2 = unreadable input (with file, line and column) or a file that cannot be
opened or written.
"""

from __future__ import annotations

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
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
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


def _write(name: str | None, text: str) -> None:
    if name in (None, "-"):
        sys.stdout.write(text)
    else:
        Path(str(name)).write_text(text, encoding="utf-8")
