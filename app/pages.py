"""Every blueprint of the app, in one list."""

from __future__ import annotations

from flask import Blueprint

from app.people.views import access

BLUEPRINTS: tuple[Blueprint, ...] = (access.bp,)
