"""What no close can spare, in plain drivers and numpy: open, shuffle, store, score."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg
from nacl.public import PrivateKey, SealedBox
from numpy.typing import NDArray
from sqlalchemy.engine import URL

from app.domain.questionnaire import SCORED
from app.surveys.services.sealing import LAYOUT

COLUMNS = ("source", "target", *SCORED, "contact", "importance")
READ = "SELECT content FROM sealed_box"
Rows = NDArray[np.int32]


def floor(url: URL, key: PrivateKey) -> None:
    """Close a wave as barely as can be, into one table without a rule, and take that away again."""
    if url.get_backend_name() == "sqlite":
        _on_sqlite(Path(url.database or ""), key)
    else:
        _on_postgresql(url, key)


def _on_sqlite(file: Path, key: PrivateKey) -> None:
    with closing(sqlite3.connect(file)) as database:
        rows = _opened(key, database.execute(READ).fetchall())
    bare = file.with_name("floor.db")
    with closing(sqlite3.connect(bare)) as target:
        target.execute(f"CREATE TABLE answer ({', '.join(COLUMNS)})")
        marks = ", ".join("?" * len(COLUMNS))
        target.executemany(f"INSERT INTO answer VALUES ({marks})", rows.tolist())  # noqa: S608
        target.commit()
    bare.unlink()
    _score(rows)


def _on_postgresql(url: URL, key: PrivateKey) -> None:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as database:
        rows = _opened(key, database.execute(READ).fetchall())
        database.execute(f"CREATE TABLE floor ({', '.join(f'{name} int' for name in COLUMNS)})")
        with database.cursor() as cursor, cursor.copy("COPY floor FROM STDIN") as copy:
            for row in rows.tolist():
                copy.write_row(row)
        database.commit()
        _score(rows)
        database.execute("DROP TABLE floor")


def _opened(key: PrivateKey, boxes: Sequence[tuple[bytes]]) -> Rows:
    box = SealedBox(key)
    plain = [LAYOUT.unpack_from(box.decrypt(content)) for (content,) in boxes]
    rows = np.array([row[1:] for row in plain], dtype=np.int32)
    np.random.default_rng(secrets.randbits(128)).shuffle(rows)
    return rows


def _score(rows: Rows) -> None:
    pairs = rows[:, 0].astype(np.int64) * 1_000_000 + rows[:, 1]
    _, of_pair = np.unique(pairs, return_inverse=True)
    np.bincount(of_pair, weights=rows[:, 2:12].mean(axis=1)) / np.bincount(of_pair)
