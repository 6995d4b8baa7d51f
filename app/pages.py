"""Every blueprint of the app, in one list."""

from __future__ import annotations

from flask import Blueprint

from app.outbox.views import mails, notices
from app.people.views import access
from app.today.views import pages as today

BLUEPRINTS: tuple[Blueprint, ...] = (
    access.bp,
    today.bp,
    notices.bp,
    mails.bp,
)
