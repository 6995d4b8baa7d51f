"""Commands for operators: `flask --app app COMMAND`."""

from __future__ import annotations

from flask import Flask

from app.cli import (
    access,
    audit,
    backup,
    calendar_links,
    demo,
    doctor,
    grants,
    greeting,
    people,
    planner,
    scoring,
    surveys,
)


def set_up(app: Flask) -> None:
    """Register every command group."""
    app.cli.add_command(access.access)
    app.cli.add_command(audit.audit)
    app.cli.add_command(backup.backup)
    app.cli.add_command(calendar_links.calendar)
    app.cli.add_command(demo.demo)
    app.cli.add_command(grants.grants)
    app.cli.add_command(greeting.greet)
    app.cli.add_command(doctor.doctor)
    app.cli.add_command(people.people)
    app.cli.add_command(planner.planner_commands)
    app.cli.add_command(scoring.scoring_commands)
    app.cli.add_command(surveys.survey)
