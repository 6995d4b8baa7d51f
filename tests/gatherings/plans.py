"""Sessions as tests of planning write them."""

import re
from datetime import UTC, datetime
from html import unescape

from sqlalchemy import select

from app.gatherings.models import Meeting
from tests.gatherings.makers import (
    make_trainer,
)

TEN = datetime(2026, 12, 15, 9, tzinfo=UTC)  # ten o'clock in Cologne


VALUES = re.compile(r'name="(\w+)"[^>]*value="([^"]*)"')


def plan(hr, course, form, **changes):
    return hr.post(f"/courses/{course.id}/sessions", **form | changes)


def said(answer, field):
    page = unescape(answer.get_data(as_text=True))
    return page.split(f'id="{field}-error"')[1].split("</p>")[0]


def lead(session, gathering, person):
    for meeting in session.scalars(select(Meeting).where(Meeting.gathering_id == gathering.id)):
        make_trainer(session, meeting, person)
