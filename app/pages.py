"""Every blueprint of the app, in one list."""

from __future__ import annotations

from flask import Blueprint

from app.outbox.views import mails, notices
from app.people.views import access, account, accounts, arrival, preferences
from app.today.views import pages as today

BLUEPRINTS: tuple[Blueprint, ...] = (
    access.bp,
    arrival.bp,
    preferences.bp,
    account.bp,
    accounts.bp,
    today.bp,
    notices.bp,
    mails.bp,
)
