"""Every table says what it holds about people; one that does not is noticed."""

from sqlalchemy import Enum, LargeBinary, String, Text
from sqlalchemy.types import JSON

import app.tables  # noqa: F401 - loads every table, whatever is tested first
from app.database import Base
from app.domain.personal import Fate, Personal
from app.privacy.queries.register import register
from app.privacy.wording import LABELS

NO_KEY = {"granted_by", "created_by"}  # columns that name people without a foreign key


def declared():
    """Model -> its own declaration, None where it has only the one of a base class."""
    return {
        mapper.class_: mapper.class_.__dict__.get("__personal__")
        for mapper in Base.registry.mappers
    }


def names_people(column):
    return column.name in NO_KEY or any(
        key.column.table.name == "person" for key in column.foreign_keys
    )


def is_text(column):
    if isinstance(column.type, Enum):
        return False
    return isinstance(column.type, String | Text | JSON | LargeBinary)


def undeclared(table, personal):
    """Columns of a table that name people or hold words, and about which nothing is said."""
    said = {*personal.words, *personal.facts, *personal.secrets}
    words = {*said, *(word for written in personal.others.values() for word in written)}
    unsaid = [c.name for c in table.columns if names_people(c) and c.name not in personal.people]
    if personal.is_somebodys:
        unsaid += [c.name for c in table.columns if is_text(c) and c.name not in words]
    return [name for name in unsaid if name not in personal.people]


def test_every_table_says_what_it_holds_about_people():
    assert [model.__name__ for model, personal in declared().items() if personal is None] == []


def test_every_column_that_names_people_or_holds_words_is_declared():
    found = {
        name: columns
        for name, (table, personal) in register().items()
        if (columns := undeclared(table, personal))
    }

    assert found == {}


def test_a_column_nobody_declared_is_noticed():
    table, personal = register()["booking"]
    assert undeclared(table, Personal(whose="person_id")) == ["decided_by", "reason"]
    assert undeclared(table, personal) == []


def test_what_is_declared_is_there():
    for name, (table, personal) in register().items():
        parts = () if personal.part_of is None else (personal.part_of,)
        columns = {
            *personal.people,
            *personal.words,
            *personal.facts,
            *personal.secrets,
            *personal.instead,
            *parts,
        }
        assert columns <= set(table.columns.keys()), name


def test_rows_that_stay_know_whom_they_pass_to():
    stay_own = [
        name
        for name, (_table, personal) in register().items()
        if personal.fate is Fate.NAMELESS and personal.whose and personal.stand_in is None
    ]

    assert stay_own == []


def test_each_kind_of_record_has_a_name_people_understand():
    somebodys = {name for name, (_table, personal) in register().items() if personal.is_somebodys}

    assert set(LABELS) == somebodys
