"""Mails that carry a single-use link, in the recipient's language and on his or her clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _

import config
from app.outbox.queries import Reader
from app.outbox.services import Envelope
from app.people.models import LinkPurpose
from app.people.services.links import LIFETIMES
from app.people.views import ways_in


def address_of(token: str) -> str:
    """The link itself, on the configured address: never on the one a request claims."""
    settings: config.Settings = current_app.extensions["settings"]
    return settings.base_url + url_for("arrival.open_link", token=token)


def with_link(purpose: LinkPurpose, token: str, reader: Reader, *, at: datetime) -> Envelope:
    """The mail that brings a link to its owner; its body is wiped once it is sent."""
    with force_locale(reader.locale):
        subject, text = _words(purpose, reader.address)
        until = _("The link works once and until %(until)s.", until=_until(purpose, reader, at))
        greeting = _("Hello %(name)s,", name=reader.name)
    body = "\n\n".join([greeting, text, address_of(token), until]) + "\n"
    return Envelope(reader.person_id, reader.address, subject, body, secret=True)


def _words(purpose: LinkPurpose, address: str) -> tuple[str, str]:
    provider = ways_in.provider_name()
    if provider and not ways_in.takes_password_of(address):
        return (
            _("Your access to Tandem"),
            _(
                "with this link you sign in to Tandem with %(provider)s for the first time. From"
                " then on you come in without it:",
                provider=provider,
            ),
        )
    if provider and purpose is LinkPurpose.INVITATION:
        return (
            _("Your access to Tandem"),
            _(
                "an account in Tandem was opened for you. There you see your rotations and"
                " apply for placements. Here you choose whether you sign in with %(provider)s or"
                " with a password:",
                provider=provider,
            ),
        )
    if purpose is LinkPurpose.INVITATION:
        return (
            _("Your access to Tandem"),
            _(
                "an account in Tandem was opened for you. There you see your rotations and"
                " apply for placements. Please choose a password here:"
            ),
        )
    return (
        _("A new password for Tandem"),
        _(
            "somebody, most likely you, asked for a new password. You can choose it here;"
            " if it was not you, nothing needs to be done:"
        ),
    )


def _until(purpose: LinkPurpose, reader: Reader, at: datetime) -> str:
    end = (at + LIFETIMES[purpose]).astimezone(ZoneInfo(reader.zone)).replace(second=0)
    return str(format_datetime(end, "EEEE, d. MMMM yyyy, HH:mm zzz", rebase=False))
