"""The translation catalogue: what the pages say, and how they say it in German.

    python -m tools.messages extract        write build/messages.pot
    python -m tools.messages update         take new texts over, set unused ones aside
    python -m tools.messages add FILE.json  merge German texts (see `merge`)
    python -m tools.messages check          fail unless every text has its German
    python -m tools.messages compile        write the .mo files the app reads
    python -m tools.messages prune          forget the texts set aside

The catalogue carries no file names and no line numbers and is sorted by text, so a change shows
the texts that changed and nothing else. Every writer holds one lock and replaces the file whole.
"""

from __future__ import annotations

import argparse
import fcntl
import io
import json
import os
import re
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("de",)
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "NN_": (1, 2),
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
SOURCES = (
    ("app", [("**.py", "python")]),
    ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
)
PLURAL_MARK = "|||"
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")
# A date that never moves: a catalogue changes when its texts change, and at no other time.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def extracted() -> Catalog:
    """Every text in the code and the templates, as a catalogue without translations."""
    catalog = _empty(None)
    for folder, methods in SOURCES:
        found = extract_from_dir(
            ROOT / folder,
            methods,
            {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}},
            keywords=KEYWORDS,
            comment_tags=(),
        )
        for _path, _line, msgid, _comments, context in found:
            catalog.add(msgid, context=context)
    return catalog


def load(locale: str) -> Catalog:
    """The stored catalogue of one language, empty where there is none yet."""
    path = _po(locale)
    if not path.exists():
        return _empty(locale)
    with path.open("rb") as stream:
        return read_po(stream, locale=locale, abort_invalid=True)


def merge(catalog: Catalog, texts: dict[str, str | list[str]]) -> list[str]:
    """Put translations into the catalogue and report each one that replaced another text.

    Keys are the English texts as in the code; a plural is keyed `singular|||plural` and its value
    is a list of two. Texts the catalogue does not know yet are added. Raises ValueError, before
    anything is changed, for a translation whose placeholders differ from those of its text.
    """
    wanted = [_message(key, value) for key, value in texts.items()]
    wrong = [fault for message in wanted if (fault := _placeholder_fault(message))]
    if wrong:
        raise ValueError("\n".join(wrong))

    replaced = []
    for message in wanted:
        key = _key(message)
        known = catalog.get(key)
        if known is not None and any(_strings(known)) and _strings(known) != _strings(message):
            replaced.append(f"replaced: {key!r}: {known.string!r} -> {message.string!r}")
        catalog.obsolete.pop(key, None)
        catalog.delete(key)
        catalog.add(message.id, message.string)
    return replaced


def adopt(catalog: Catalog, source: Catalog) -> None:
    """Make the catalogue hold exactly the texts of `source`, keeping what is translated.

    A translated text that no page uses any more is set aside, and comes back with its translation
    when a page uses it again.
    """
    known = {_key(message): message for message in catalog if message.id}
    for key in known:
        catalog.delete(key)

    for message in source:
        if not message.id:
            continue
        key = _key(message)
        aside = catalog.obsolete.pop(key, None)
        old = known.pop(key, None) or aside
        keeps = old is not None and old.pluralizable == message.pluralizable
        catalog.add(message.id, old.string if old is not None and keeps else None)

    for key, message in known.items():
        if all(_strings(message)):
            catalog.obsolete[key] = message


def faults(catalog: Catalog, source: Catalog) -> list[str]:
    """What keeps a catalogue from being complete, one line each, in order of the texts."""
    texts = {_key(message): message for message in source if message.id}
    known = {_key(message): message for message in catalog if message.id}
    found = [(key, f"not in the catalogue: {key!r}") for key in texts.keys() - known.keys()]
    found += [(key, f"used by no page: {key!r}") for key in known.keys() - texts.keys()]
    found += [
        (key, fault)
        for key in texts.keys() & known.keys()
        if (fault := _fault(texts[key], known[key]))
    ]
    return [line for _key_, line in sorted(found)]


def compile_all() -> None:
    """Write the .mo file of each language beside its catalogue."""
    for locale in LOCALES:
        stream = io.BytesIO()
        write_mo(stream, load(locale))
        _replace(_po(locale).with_suffix(".mo"), stream.getvalue())


def _fault(text: Message, known: Message) -> str | None:
    if text.pluralizable != known.pluralizable:
        return f"singular and plural do not match the code: {_key(text)!r}"
    if not all(_strings(known)):
        return f"not translated: {_key(text)!r}"
    if known.fuzzy:
        return f"marked as unsure: {_key(text)!r}"
    return _placeholder_fault(known)


def _placeholder_fault(message: Message) -> str | None:
    """Name a translation that lacks a placeholder of its text, or has one that is not there."""
    singular, *plural = (_placeholders(text) for text in _ids(message))
    allowed = [singular, *plural]
    for index, text in enumerate(_strings(message)):
        own = _placeholders(text)
        expected = allowed[min(index, len(allowed) - 1)]
        # "One person" may become "%(num)s Person": a singular may name what its plural names.
        extra_is_fine = bool(plural) and index == 0 and own - expected <= plural[0]
        if expected - own or (own - expected and not extra_is_fine):
            return f"placeholders differ: {_key(message)!r} -> {text!r}"
    return None


def _placeholders(text: str) -> set[str]:
    return {named or braced for named, braced in PLACEHOLDER.findall(text)}


def _message(key: str, value: str | list[str]) -> Message:
    """Build one catalogue entry from a line of a JSON file, refusing what cannot be one."""
    forms = key.split(PLURAL_MARK)
    if len(forms) == 1 and isinstance(value, str) and value.strip() and key:
        return Message(key, value)
    two_texts = isinstance(value, list) and len(value) == 2 and all(value)
    if len(forms) == 2 and two_texts and all(forms):
        return Message((forms[0], forms[1]), (value[0], value[1]))
    raise ValueError(f"a text needs one translation, a plural a list of two: {key!r}")


def _key(message: Message) -> str:
    return _ids(message)[0]


def _ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, (list, tuple)) else [message.id]


def _strings(message: Message) -> list[str]:
    """Return the translations of an entry: one for a text, one per number form for a plural."""
    if isinstance(message.string, (list, tuple)):
        return list(message.string)
    return [message.string or ""]


def _empty(locale: str | None) -> Catalog:
    return Catalog(
        locale=locale,
        project="Tandem",
        version="1",
        copyright_holder="The Tandem authors",
        msgid_bugs_address="see SECURITY.md and CONTRIBUTING.md",
        last_translator="The Tandem authors",
        language_team="The Tandem authors",
        creation_date=EPOCH,
        revision_date=EPOCH,
        fuzzy=False,
    )


def _po(locale: str) -> Path:
    return ROOT / "translations" / locale / "LC_MESSAGES" / "messages.po"


def _save(locale: str, catalog: Catalog) -> None:
    stream = io.BytesIO()
    catalog.header_comment = f"# Texts of Tandem ({locale}), written by `python -m tools.messages`."
    write_po(stream, catalog, no_location=True, sort_output=True, width=0)
    _replace(_po(locale), stream.getvalue())


def _replace(path: Path, content: bytes) -> None:
    """Swap a file for a new one in a single step, and leave it alone where nothing changed."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)


@contextmanager
def _locked() -> Iterator[None]:
    """Let one writer in at a time; the lock is on the folder, so it leaves no file behind."""
    folder = ROOT / "translations"
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _extract() -> int:
    stream = io.BytesIO()
    write_po(stream, extracted(), no_location=True, sort_output=True, width=0)
    path = ROOT / "build" / "messages.pot"
    _replace(path, stream.getvalue())
    print(f"wrote {path.relative_to(ROOT)}")
    return 0


def _update() -> int:
    source = extracted()
    with _locked():
        for locale in LOCALES:
            catalog = load(locale)
            adopt(catalog, source)
            _save(locale, catalog)
            print(f"{locale}: {len(catalog)} texts, {len(catalog.obsolete)} set aside")
    return 0


def _add(path: Path) -> int:
    texts = json.loads(path.read_text(encoding="utf-8"))
    with _locked():
        catalog = load("de")
        try:
            replaced = merge(catalog, texts)
        except ValueError as wrong:
            print(wrong, file=sys.stderr)
            return 1
        _save("de", catalog)
    print(*replaced, f"merged {len(texts)} texts", sep="\n")
    return 0


def _check() -> int:
    source = extracted()
    found = [f"{locale}: {line}" for locale in LOCALES for line in faults(load(locale), source)]
    if found:
        print(*found, sep="\n", file=sys.stderr)
        print("Run `make messages`, then add what is missing.", file=sys.stderr)
        return 1
    print(f"translations complete: {len(source)} texts, {', '.join(LOCALES)}")
    return 0


def _prune() -> int:
    with _locked():
        for locale in LOCALES:
            catalog = load(locale)
            catalog.obsolete.clear()
            _save(locale, catalog)
    return 0


def _compile() -> int:
    compile_all()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands in the docstring of this module; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages")
    commands = parser.add_subparsers(dest="command", required=True)
    plain = {
        "extract": _extract,
        "update": _update,
        "check": _check,
        "compile": _compile,
        "prune": _prune,
    }
    for name in plain:
        commands.add_parser(name)
    commands.add_parser("add").add_argument("file", type=Path)
    chosen = parser.parse_args(arguments)
    return _add(chosen.file) if chosen.command == "add" else plain[chosen.command]()


if __name__ == "__main__":
    sys.exit(main())
