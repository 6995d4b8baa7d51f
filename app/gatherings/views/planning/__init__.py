"""Sessions as HR plans and steers them, and as their trainers see them."""

from app.gatherings.views.planning import drafting, listing, moving, steering, terms
from app.gatherings.views.planning.blueprint import bp

__all__ = ["bp", "drafting", "listing", "moving", "steering", "terms"]
