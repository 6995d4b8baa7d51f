"""Field trips and joint days: browse, offer, prepare, look back, and what was learned."""

from app.gatherings.views.trips import browsing, debriefing, hostless, offering, preparing
from app.gatherings.views.trips.blueprint import bp

__all__ = ["bp", "browsing", "debriefing", "hostless", "offering", "preparing"]
