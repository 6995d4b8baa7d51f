"""Show where words name the customer, and ask what is meant where that is not sure."""

from __future__ import annotations

from app.domain.customer_names import CustomerNamed, MayNameCustomer
from app.domain.refusals import Refusal
from app.gatherings.forms.naming import NamesNobody
from app.gatherings.forms.trips import TripForm, field_of
from app.people.views.refused import beside


def beside_name(form: NamesNobody, refusal: CustomerNamed) -> None:
    """Put the no beside the field that names the customer; a tick leads on from a single word."""
    beside(form, refusal.field, refusal)
    form.was_asked = isinstance(refusal, MayNameCustomer)


def beside_offer(form: TripForm, refusal: Refusal) -> None:
    """Put a no beside the field of an offer it is about."""
    if isinstance(refusal, CustomerNamed):
        beside_name(form, refusal)
    else:
        beside(form, field_of(refusal), refusal)
