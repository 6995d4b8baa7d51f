"""Where a page may lead next: paths of this site, and nothing else."""

from __future__ import annotations

import re

HOME = "/"
LONGEST = 500
SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\s]")


def local_path(wanted: str | None) -> str:
    """`wanted` when it is a plain path of this site, else the front page.

    One leading slash, no second one, no backslash, no space and no control character: browsers
    read two slashes, a slash and a backslash, or a path with a tab as another site's address.
    """
    if not wanted or len(wanted) > LONGEST or not wanted.startswith("/"):
        return HOME
    if wanted.startswith("//") or "\\" in wanted:
        return HOME
    return HOME if SPACE_OR_CONTROL.search(wanted) else wanted
