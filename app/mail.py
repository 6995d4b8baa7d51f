"""Mails out of the house: what one looks like and the two ways it can leave.

With `MAIL_URL` (smtp://user:password@host:port, smtps://… or smtp://…?starttls=1) over SMTP, else
to the console, so that a demo shows what would have been sent.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

SECONDS = 20
METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
Trouble = (OSError, smtplib.SMTPException)
"""What a transport may raise when a mail could not be handed over."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One plain-text mail. `key` becomes the Message-ID, so that copies are recognisable.

    `calendar` is the iCalendar text of an invitation; its METHOD says what it asks for. Who gets a
    `private` one is nobody else's business, also not of who reads the console.
    """

    key: str
    sender: str
    recipient: str
    subject: str
    body: str
    at: datetime
    calendar: str | None = None
    private: bool = False


class Transport(Protocol):
    """Hands letters over; raises one of `Trouble` when it cannot."""

    def send(self, letter: Letter) -> None: ...


def message(letter: Letter) -> EmailMessage:
    """The mail as it goes over the wire. No header can be smuggled in: line ends become spaces."""
    name, address = parseaddr(letter.sender)
    domain = address.rpartition("@")[2] or "localhost"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=name, addr_spec=address)
    mail["To"] = Address(addr_spec=letter.recipient)
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.key}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if letter.calendar is None:
        mail.set_content(letter.body)
    else:
        _invite(mail, letter.body, letter.calendar)
    return mail


def _invite(mail: EmailMessage, body: str, calendar: str) -> None:
    """Text, HTML and the calendar as alternatives, and the same calendar as a file.

    The part without a disposition is what shows the buttons, the file is for readers that skip
    it. Bytes, because line ends of a `str` would be rewritten.
    """
    found = METHOD.search(calendar)
    method = found[1] if found else "PUBLISH"
    mail.set_content(body, cte="base64")
    mail.add_alternative(_as_html(body), subtype="html", cte="base64")
    mail.add_alternative(calendar.encode(), "text", "calendar", cte="base64")
    mail.add_attachment(
        calendar.encode(), "application", "ics", cte="base64", filename="invite.ics"
    )
    alternatives = next(mail.iter_parts())
    part = list(alternatives.iter_parts())[-1]
    part.set_param("charset", "utf-8")
    part.set_param("method", method)
    part.set_param("component", "VEVENT")


def _as_html(body: str) -> str:
    blocks = (escape(block).replace("\n", "<br>\n") for block in body.strip().split("\n\n"))
    linked = (ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', block) for block in blocks)
    return "<!DOCTYPE html>\n<html><body>\n<p>" + "</p>\n<p>".join(linked) + "</p>\n</body></html>"


class Console:
    """Shows mails where the program was started; of private ones only how many left together."""

    def __init__(self) -> None:
        self._private = 0

    def send(self, letter: Letter) -> None:
        """Write the mail to the console, or count it where nobody may see whom it goes to."""
        if letter.private:
            self._private += 1
            return
        rule = "-" * 72
        sys.stderr.write(
            f"{rule}\nMail to {letter.recipient}\nSubject: {letter.subject}\n\n"
            f"{letter.body}\n{rule}\n"
        )
        sys.stderr.flush()

    def close(self) -> None:
        """Say how many were not shown: a line for each would bury what else stands here."""
        if self._private:
            sys.stderr.write(f"Mails that left without showing to whom: {self._private}\n")
            sys.stderr.flush()


class Smtp:
    """One open SMTP connection for a batch of mails."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    def send(self, letter: Letter) -> None:
        """Hand one mail over; the server has it when this returns."""
        self._connection.send_message(message(letter))


@contextmanager
def transport(url: str | None) -> Iterator[Transport]:
    """The way out for a batch of mails. Raises one of `Trouble` when the server is out of reach."""
    if url is None:
        with closing(Console()) as console:
            yield console
        return
    connection = _connect(url)
    try:
        yield Smtp(connection)
    finally:
        try:
            connection.quit()
        except Trouble:
            connection.close()


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if parts.scheme == "smtps":
        connection = smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
    else:
        connection = smtplib.SMTP(host, port or 25, timeout=SECONDS)
    if parse_qs(parts.query).get("starttls") == ["1"]:
        connection.starttls(context=context)
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    return connection
