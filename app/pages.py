"""Every blueprint of the app, in one list."""

from __future__ import annotations

from flask import Blueprint

from app.agenda.views import busy_sources, calendar, connect, feeds
from app.audit.views import log
from app.gatherings.views import (
    approvals,
    catalogue,
    courses,
    my_bookings,
    occupancy,
    planning,
    rooms,
    sessions,
)
from app.health.views import actions, collaboration, remedies
from app.outbox.views import mails, notices
from app.people.views import (
    absences,
    access,
    account,
    accounts,
    arrival,
    imports,
    organisation,
    people,
    preferences,
    settings,
    skills,
    teams,
)
from app.rotations.views import (
    applications,
    blackouts,
    board,
    council,
    council_rules,
    cover,
    endorsements,
    insights,
    my_rotations,
    placements,
    plans,
    programme,
    publishing,
    rounds,
    rules,
    stay_parts,
)
from app.surveys.views import questionnaires, surveys, ties, waves
from app.today.views import pages as today

BLUEPRINTS: tuple[Blueprint, ...] = (
    calendar.bp,
    connect.bp,
    busy_sources.bp,
    feeds.bp,
    people.bp,
    teams.bp,
    organisation.bp,
    imports.bp,
    absences.bp,
    skills.bp,
    access.bp,
    arrival.bp,
    preferences.bp,
    account.bp,
    accounts.bp,
    settings.bp,
    log.bp,
    my_rotations.bp,
    cover.bp,
    programme.bp,
    stay_parts.bp,
    insights.bp,
    council.bp,
    council_rules.bp,
    catalogue.bp,
    sessions.bp,
    my_bookings.bp,
    approvals.bp,
    courses.bp,
    rooms.bp,
    planning.bp,
    occupancy.bp,
    collaboration.bp,
    actions.bp,
    remedies.bp,
    today.bp,
    notices.bp,
    mails.bp,
    rounds.bp,
    plans.bp,
    board.bp,
    rules.bp,
    publishing.bp,
    placements.bp,
    applications.bp,
    endorsements.bp,
    blackouts.bp,
    surveys.bp,
    waves.bp,
    ties.bp,
    questionnaires.bp,
)
