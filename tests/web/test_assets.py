import json
import re
from pathlib import Path

import pytest

from app.web.assets import UnknownAssetError, built_name, hue, initials

ROOT = Path(__file__).resolve().parents[2]
ICON = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']|icon_name=["']([a-z0-9-]+)["']""")


def test_built_name_carries_the_hash_and_unknown_names_are_refused(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"app.css": "app-AB12.css"}))

    assert built_name("app.css", tmp_path) == "app-AB12.css"
    with pytest.raises(UnknownAssetError, match=r"nix\.css was not built"):
        built_name("nix.css", tmp_path)


def test_before_the_first_build_names_are_plain(tmp_path):
    assert built_name("app.css", tmp_path) == "app.css"


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set((ROOT / "frontend" / "icons.txt").read_text().split("\n"))
    used = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for pair in ICON.findall(path.read_text(encoding="utf-8"))
        for name in pair
        if name
    }

    assert used - sprite == set()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("Olga", "O"),
        ("Ida von der Mühlen", "IM"),
        ("", "?"),
        ("(x) Bo", "B"),
    ],
)
def test_initials_come_from_the_first_and_last_word(name, letters):
    assert initials(name) == letters


def test_hue_of_a_name_stays_the_same():
    assert [hue("Vertrieb Süd"), hue("Vertrieb Süd"), hue("")] == [hue("Vertrieb Süd")] * 2 + [0]
