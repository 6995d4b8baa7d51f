"""After a wave has ended: the key destroyed, and the files rewritten without what was deleted.

Deleted rows stay in a database's files until they are overwritten. SQLite is rewritten whole and
its log emptied; on PostgreSQL the touched tables are rewritten. PostgreSQL's write-ahead log and
backups age out by themselves; what they hold is sealed with a key that no longer exists.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from app.domain.waves import WaveState
from app.surveys.models import Wave
from app.surveys.services.emptying import TOUCHED

PATIENCE = "5s"


def rewrite_files(engine: Engine, tables: Sequence[str] = TOUCHED) -> bool:
    """Rewrite what was deleted from; False when others were in the way, to be tried again.

    `tables` are those which held it: by default boxes and marks. Outside any
    transaction. Raises OperationalError when a lock is not to be had.
    """
    if engine.dialect.name == "sqlite":
        return _rewrite_sqlite(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SET lock_timeout = '{PATIENCE}'"))
        for table in tables:
            connection.execute(text(f"VACUUM (FULL) {table}"))
        connection.execute(text("RESET lock_timeout"))
    return True


def _rewrite_sqlite(engine: Engine) -> bool:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        answer = cursor.fetchone()  # whether somebody was in the way, then two numbers of pages
        cursor.close()
    finally:
        raw.close()
    return answer is not None and not answer[0]


def note_cleaned(session: Session, wave_ids: list[int]) -> None:
    """Nothing is left to do for these waves. One statement."""
    session.execute(
        update(Wave)
        .where(Wave.id.in_(wave_ids), Wave.state.in_((WaveState.CLOSED, WaveState.CANCELLED)))
        .values(cleaned=True)
        .execution_options(synchronize_session=False)
    )
