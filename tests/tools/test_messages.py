"""The catalogue: nothing is lost, whoever writes at the same time, and gaps are named."""

import json
import subprocess
import sys

import pytest
from babel.messages.catalog import Catalog

from tools import messages

GREETING = "Hello %(name)s"
PEOPLE = "One person|||%(num)s people"


def catalog_of(**texts):
    catalog = Catalog(locale="de")
    messages.merge(catalog, texts)
    return catalog


def source_of(*texts):
    source = Catalog()
    for text in texts:
        forms = text.split("|||")
        source.add(tuple(forms) if len(forms) == 2 else text)
    return source


def test_complete_catalogue_has_no_faults():
    catalog = Catalog(locale="de")
    people = ["Eine Person", "%(num)s Personen"]

    messages.merge(catalog, {GREETING: "Hallo %(name)s", PEOPLE: people})

    assert messages.faults(catalog, source_of(GREETING, PEOPLE)) == []


def test_each_gap_is_named():
    catalog = catalog_of(Old="Alt", Unsure="Unsicher")
    catalog.get("Unsure").flags.add("fuzzy")
    catalog.add("Empty")

    found = messages.faults(catalog, source_of("New", "Unsure", "Empty"))

    assert found == [
        "not translated: 'Empty'",
        "not in the catalogue: 'New'",
        "used by no page: 'Old'",
        "marked as unsure: 'Unsure'",
    ]


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        (GREETING, "Hallo"),
        (GREETING, "Hallo %(nme)s"),
        ("Plain", "Nicht %(schlicht)s"),
        (PEOPLE, ["Eine Person", "Personen"]),
    ],
)
def test_translation_with_other_placeholders_is_refused_and_changes_nothing(text, translation):
    catalog = Catalog(locale="de")

    with pytest.raises(ValueError, match="placeholders differ"):
        messages.merge(catalog, {"Good": "Gut", text: translation})

    assert len(catalog) == 0


@pytest.mark.parametrize(
    "texts", [{"Text": ""}, {"Text": ["Eins", "Zwei"]}, {PEOPLE: "Personen"}, {PEOPLE: ["Eine"]}]
)
def test_translation_of_the_wrong_shape_is_refused(texts):
    with pytest.raises(ValueError, match="a text needs one translation"):
        messages.merge(Catalog(locale="de"), texts)


def test_replaced_translation_is_reported():
    catalog = catalog_of(Seat="Sitz")

    assert messages.merge(catalog, {"Seat": "Platz"}) == ["replaced: 'Seat': 'Sitz' -> 'Platz'"]
    assert catalog.get("Seat").string == "Platz"


def test_text_that_comes_back_has_kept_its_translation():
    catalog = catalog_of(Seat="Platz", Stay="Einsatz")

    messages.adopt(catalog, source_of("Stay"))
    messages.adopt(catalog, source_of("Stay", "Seat", "New"))

    translated = {message.id: message.string for message in catalog if message.id}
    assert translated == {"Seat": "Platz", "Stay": "Einsatz", "New": None}


def test_writers_at_the_same_time_lose_nothing(tmp_path, project):
    writers = []
    for number in range(6):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps({f"Text {number}": f"Satz {number}"}))
        program = (
            "import sys; from pathlib import Path; from tools import messages;"
            "messages.ROOT = Path(sys.argv[1]); sys.exit(messages.main(['add', sys.argv[2]]))"
        )
        command = [sys.executable, "-c", program, str(tmp_path), str(file)]
        writers.append(subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL))

    assert [writer.wait(timeout=60) for writer in writers] == [0] * 6

    written = (tmp_path / "translations/de/LC_MESSAGES/messages.po").read_text()
    assert [f'msgstr "Satz {number}"' in written for number in range(6)] == [True] * 6
