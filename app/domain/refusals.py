"""A no that the rules give: an English sentence, a status and the values the sentence names."""

from __future__ import annotations

from typing import ClassVar


def N_(text: str) -> str:  # noqa: N802 - the customary name by which extractors find messages
    """Mark `text` for translation; it is translated where it is shown."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as above
    """Mark a sentence that changes with a number; gives both forms."""
    return one, many


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """Base of every rule's no. Subclasses set `msgid` (with named placeholders) and `status`."""

    msgid: ClassVar[str] = N_("This is not possible.")
    status: ClassVar[int] = 409

    def __init__(self, **values: object) -> None:
        super().__init__(self.msgid % values if values else self.msgid)
        self.values = values


class Invalid(Refusal):
    """Something that was entered cannot be right."""

    msgid = N_("Please check what you entered.")
    status = 422


class Stale(Refusal):
    """Somebody changed the object since the form was opened (I5)."""

    msgid = N_("Someone changed this in the meantime. Both versions are shown; please decide.")


class Outrun(Stale):
    """Somebody changed the object while this change was being made; nothing of it was stored."""

    msgid = N_("Someone was faster. Nothing was changed; please look again.")


class NotAllowed(Refusal):
    """The actor may see the object but not do this to it."""

    msgid = N_("You may not do this.")
    status = 403
