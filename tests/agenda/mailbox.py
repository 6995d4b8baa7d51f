"""A real mail server for tests, and what its mails say about calendars."""

from email import message_from_bytes
from email.policy import default

from icalendar import Calendar


class Sink:
    """A real SMTP server that keeps what it was given."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def told(mails):
    """What each mail asks for: to whom, method, sequence, start, place, status."""
    steps = []
    for mail in mails:
        event = calendar_of(mail).events[0]
        steps.append(
            (
                mail["To"].partition("@")[0].rstrip("0123456789"),
                str(calendar_of(mail)["METHOD"]),
                event["SEQUENCE"],
                event.start.strftime("%d %H:%M"),
                str(event.get("LOCATION", "")),
                str(event["STATUS"]),
            )
        )
    return steps


def calendar_of(mail):
    parts = {part.get_content_type(): part for part in mail.walk()}
    inline = parts["text/calendar"].get_payload(decode=True)
    assert parts["application/ics"].get_payload(decode=True) == inline
    assert inline.count(b"\r\n") == inline.count(b"\n")
    return Calendar.from_ical(inline)


def uids(mails):
    return [str(calendar_of(mail).events[0]["UID"]) for mail in mails]
