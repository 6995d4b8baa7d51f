"""Calendars of the world, and what eight other readers understood of them; outside the repository.

`TANDEM_ICS_DATA` names the folder. Where there is none, no test is collected.
"""

import json
import os
from pathlib import Path

FOLDER = Path(
    os.environ.get("TANDEM_ICS_DATA") or Path(__file__).parents[3] / "shared" / "data" / "ics"
)
_FILE = FOLDER / "expectations.json"
EXPECTED = json.loads(_FILE.read_text(encoding="utf-8")) if _FILE.exists() else {}
CONSENSUS = {name: entry for name, entry in EXPECTED.items() if entry["verdict"] == "consensus"}
