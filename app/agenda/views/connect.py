"""Connect one's own calendar program: by feed or by mail, link by link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import config
from app import clock
from app.agenda.access import feeds as access
from app.agenda.forms.connect import ChannelForm, LinkForm, NamesForm
from app.agenda.models import Channel, FeedLink, FeedVariant
from app.agenda.queries import feeds as queries
from app.agenda.services import feeds as services
from app.agenda.services.invitations import choose_channel
from app.database import UnitOfWork, reading, unit_of_work
from app.people.models import Team
from app.queue import ring
from app.web.guards import actor, allow, require, signed_in

bp = Blueprint("connect", __name__, url_prefix="/calendar/connect")


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed this person may follow; `link` is the one given for it, or None."""

    title: str
    note: str
    team_id: int | None
    variant: FeedVariant
    link: FeedLink | None


@dataclass(frozen=True, slots=True)
class Fresh:
    """A link that was just made: the only moment in which its address is known."""

    title: str
    address: str

    @property
    def webcal(self) -> str:
        """The same address as calendar programs register for it."""
        return "webcal" + self.address[self.address.index("://") :]


@bp.get("")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The choice, the links and the way into each program."""
    with reading() as session:
        return _page(session)


@bp.post("/channel")
@allow(signed_in)
def choose() -> ResponseReturnValue:
    """Store how the own calendar hears of things."""
    form = ChannelForm()
    if not form.validate_on_submit():
        with reading() as session:
            return _page(session, form=form), 422
    with unit_of_work() as session:
        choose_channel(session, actor.person_id, form.chosen(), at=clock.now())
    ring("mail")
    if form.chosen() is Channel.MAIL:
        flash(_("You get an invitation for each of your dates ahead, and for every change."))
    else:
        flash(_("Saved. What was sent by mail before is taken back by mail."))
    return redirect(url_for(".index"), 303)


@bp.post("/links")
@allow(signed_in)
def give() -> ResponseReturnValue:
    """Make a link and show its address, this once."""
    form = LinkForm()
    if not form.validate_on_submit():
        abort(422)
    wish = form.wish(actor.person_id)
    if wish.team_id is not None:
        require(access.may_follow(actor, wish.team_id))
    with unit_of_work() as session:
        link, token = services.give_link(session, wish, at=clock.now(), by=actor.person_id)
        return _page(session, made=(link, token))


@bp.post("/links/<int:link_id>/renew")
@allow(signed_in, scoped=True)
def renew(link_id: int) -> ResponseReturnValue:
    """Give the same feed a new address; the old one stops working at once."""
    with unit_of_work() as session:
        link = queries.find_link(session, link_id, actor.person_id) or abort(404)
        if link.team_id is not None:
            require(access.may_follow(actor, link.team_id))
        made = services.renew(session, link, at=clock.now(), by=actor.person_id)
        return _page(session, made=made)


@bp.post("/links/<int:link_id>/revoke")
@allow(signed_in, scoped=True)
def revoke(link_id: int) -> ResponseReturnValue:
    """Let the link lead nowhere."""
    with unit_of_work() as session:
        link = queries.find_link(session, link_id, actor.person_id) or abort(404)
        services.revoke(session, link, at=clock.now(), by=actor.person_id)
    flash(_("The link no longer works. Take the calendar out of your program as well."))
    return redirect(url_for(".index"), 303)


@bp.post("/teams/<int:team_id>/names")
@allow(signed_in, scoped=True)
def names(team_id: int) -> ResponseReturnValue:
    """Write down whether a team agreed to show names to its members."""
    require(access.may_show_names(actor, team_id))
    form = NamesForm()
    if not form.validate_on_submit():
        abort(422)
    with unit_of_work() as session:
        services.show_names(
            session, team_id, shown=form.shown.data, at=clock.now(), by=actor.person_id
        )
    flash(_("Saved. It shows with the next refresh of each calendar."))
    return redirect(url_for(".index"), 303)


def _page(
    session: UnitOfWork,
    *,
    form: ChannelForm | None = None,
    made: tuple[FeedLink, str] | None = None,
) -> str:
    channel = queries.channel_of(session, actor.person_id)
    mine = actor.teams | actor.responsible_for
    teams = queries.teams_named(session, sorted(mine))
    offers = _offers(teams, queries.links_of(session, actor.person_id))
    return render_template(
        "agenda/connect.html",
        form=form or ChannelForm(data={"channel": channel.value}),
        channel=channel,
        offers=offers,
        fresh=_fresh(offers, made),
        led=[(team, shown) for team, shown in teams if access.may_show_names(actor, team.id)],
    )


def _offers(teams: Sequence[tuple[Team, bool]], links: Sequence[FeedLink]) -> list[Offer]:
    by_purpose = {(link.team_id, link.variant): link for link in links}
    offers = [
        _offer(_("My dates"), _("With title, place and details."), None, by_purpose),
        _offer(
            _("My busy times"),
            _("Only that you are taken, to share with others."),
            None,
            by_purpose,
            FeedVariant.BUSY,
        ),
    ]
    for team, shown in teams:
        tells = shown or access.may_show_names(actor, team.id)
        note = _("Who of the team is where.") if tells else _("What is on, without names.")
        offers.append(_offer(team.name, note, team.id, by_purpose))
    return offers


def _offer(
    title: str,
    note: str,
    team_id: int | None,
    links: dict[tuple[int | None, FeedVariant], FeedLink],
    variant: FeedVariant = FeedVariant.FULL,
) -> Offer:
    return Offer(title, note, team_id, variant, links.get((team_id, variant)))


def _fresh(offers: Sequence[Offer], made: tuple[FeedLink, str] | None) -> Fresh | None:
    if made is None:
        return None
    link, token = made
    title = next(
        offer.title
        for offer in offers
        if (offer.team_id, offer.variant) == (link.team_id, link.variant)
    )
    settings: config.Settings = current_app.extensions["settings"]
    return Fresh(title, settings.base_url + url_for("feeds.feed", token=token))
