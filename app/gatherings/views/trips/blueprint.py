"""The blueprint of joint days, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, abort

from app import clock
from app.database import UnitOfWork
from app.domain.seats import GatheringKind
from app.domain.seats.refusals import NotBookable
from app.gatherings.access import trips as access
from app.gatherings.queries.trips.finding import JointDay, find
from app.gatherings.views.state_words import KIND_LABELS as KIND_LABELS  # noqa: PLC0414 - known from here
from app.web.guards import actor, require

bp = Blueprint("trips", __name__, url_prefix="/trips")
KIND_LOOKS = {GatheringKind.TRIP: (1, "shop"), GatheringKind.JOINT_DAY: (5, "megaphone")}


def found(session: UnitOfWork, gathering_id: int) -> JointDay:
    """The joint day, or 404 when it is not there or not announced yet."""
    joint = find(session, gathering_id) or abort(404)
    require(access.may_see(actor, joint.gathering))
    return joint


def found_as_host(session: UnitOfWork, gathering_id: int) -> JointDay:
    """The joint day to come that the visitor hosts, or 404."""
    joint = found(session, gathering_id)
    require(access.may_change(actor, joint.gathering))
    return joint


def found_to_edit(session: UnitOfWork, gathering_id: int) -> JointDay:
    """The joint day that the visitor hosts, or 404. Raises NotBookable from its start on.

    The form shows who the customer is; from the first debrief on no page does.
    """
    joint = found_as_host(session, gathering_id)
    if joint.gathering.starts_at <= clock.now():
        raise NotBookable
    return joint


def found_to_call_off(session: UnitOfWork, gathering_id: int) -> JointDay:
    """The joint day to come that the visitor hosts, or HR looks after, or 404."""
    joint = found(session, gathering_id)
    without_host = joint.trip.host_left_at is not None
    require(access.may_call_off(actor, joint.gathering, without_host=without_host))
    return joint
