"""Print the folder of a usable Node: the one on the PATH, else one from a wheel in this venv."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = 20  # the first Node our front-end packages support
LOCK = Path(__file__).with_name("node.txt")


def folder() -> Path:
    """Give the folder that holds `node` and `npm`, installing them from their wheel if needed."""
    installed = shutil.which("node")
    if installed and shutil.which("npm") and _major(installed) >= OLDEST:
        return Path(installed).parent

    # Not resolved: the interpreter of a venv is a link, and its folder is the venv's.
    bin_folder = Path(sys.executable).parent
    if not (bin_folder / "npm").exists():
        _install(bin_folder)
    return bin_folder


def _major(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    digits = done.stdout.strip().removeprefix("v").split(".")[0]
    return int(digits) if digits.isdecimal() else 0


def _install(bin_folder: Path) -> None:
    python = str(bin_folder / "python")
    print("No Node 20 or newer found: installing one into the venv (once).", file=sys.stderr)
    subprocess.run(
        [
            *(python, "-m", "uv", "pip", "install", "-q", "--python", python),
            *("--require-hashes", "-r", LOCK),
        ],
        check=True,
        stdout=sys.stderr,
    )


if __name__ == "__main__":
    print(folder())
