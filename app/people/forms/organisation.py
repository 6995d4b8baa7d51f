"""Forms of the organisation: sites, departments, teams, leads."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp, ValidationError

from app.domain.collation import sort_key
from app.people.models import Department, LeadKind, Side, Site
from app.people.services.organisation import DepartmentFields, SiteFields, TeamFields
from app.web.form import Day, Form, LongText, Text, VersionedForm

NEEDED = _l("Please fill in this field.")
SIDES = {Side.MARKETING: _l("Marketing"), Side.SALES: _l("Sales"), Side.OTHER: _l("Other")}
LEADS = {LeadKind.LEAD: _l("Lead"), LeadKind.DEPUTY: _l("Deputy")}
TWO_LETTERS = re.compile(r"[A-Z]{2}")
DAY_NEEDED = _l("Please enter a day.")


def choices(pairs: Any) -> list[Any]:
    """WTForms choices from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]


class SiteForm(VersionedForm):
    """A place with a time zone and public holidays."""

    name = Text(_l("Name"), [InputRequired(NEEDED)])
    country = SelectField(_l("Country"), validate_choice=True)
    subdivision = Text(
        _l("Part of the country"),
        [Optional(), Regexp(r"[A-Za-z0-9]{1,6}$", message=_l("Please use the short code only."))],
        most=6,
        description=_l("Its short code, such as NW or BY: public holidays differ by it."),
    )
    zone = Text(
        _l("Time zone"),
        [InputRequired(NEEDED)],
        most=64,
        description=_l("Such as Europe/Berlin."),
    )

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        named = (get_locale() or Locale("en")).territories
        pairs = [(code, name) for code, name in named.items() if TWO_LETTERS.fullmatch(code)]
        self.country.choices = choices(sorted(pairs, key=lambda pair: sort_key(pair[1])))

    def validate_zone(self, field: Any) -> None:
        """Only zones there are."""
        if field.data not in available_timezones():
            raise ValidationError(_("This time zone does not exist."))

    def fields(self) -> SiteFields:
        """What was entered."""
        part = (self.subdivision.data or "").upper() or None
        return SiteFields(self.name.data, self.zone.data, self.country.data, part)


class DepartmentForm(VersionedForm):
    """A department and its side of the house."""

    name = Text(_l("Name"), [InputRequired(NEEDED)])
    side = SelectField(
        _l("Side"),
        choices=choices((side.value, label) for side, label in SIDES.items()),
        description=_l("The programme brings Marketing and Sales together."),
    )

    def fields(self) -> DepartmentFields:
        """What was entered."""
        return DepartmentFields(self.name.data, Side(self.side.data))


class TeamForm(VersionedForm):
    """A team of one department at one site."""

    name = Text(_l("Name"), [InputRequired(NEEDED)])
    department_id = SelectField(_l("Department"), coerce=int)
    site_id = SelectField(_l("Site"), coerce=int)
    purpose = LongText(
        _l("Purpose"),
        [Optional()],
        most=500,
        description=_l("What the team is there for, in a sentence or two."),
    )
    minimum_present = IntegerField(
        _l("Minimum present"),
        [InputRequired(NEEDED), NumberRange(0, 1000)],
        description=_l("So many members must stay at any time."),
    )
    guest_limit = IntegerField(
        _l("Guests at once"),
        [InputRequired(NEEDED), NumberRange(0, 100)],
        description=_l("So many guests the team can look after at the same time."),
    )
    closed_on = Day(
        _l("Closed from"),
        [Optional()],
        description=_l("The first day on which the team is no more; empty while it goes on."),
    )

    def offer(self, departments: list[Department], sites: list[Site]) -> None:
        """Set what can be chosen."""
        self.department_id.choices = choices((row.id, row.name) for row in departments)
        self.site_id.choices = choices((row.id, row.name) for row in sites)

    def fields(self) -> TeamFields:
        """What was entered."""
        return TeamFields(
            self.name.data,
            self.department_id.data,
            self.site_id.data,
            self.purpose.data,
            self.minimum_present.data,
            self.guest_limit.data,
            self.closed_on.data,
        )


class LeadForm(Form):
    """Who answers for a team, and from when."""

    person = Text(
        _l("Person"),
        [InputRequired(NEEDED)],
        most=300,
        description=_l("Personnel number or e-mail address; members are suggested."),
    )
    kind = SelectField(
        _l("As"), choices=choices((kind.value, label) for kind, label in LEADS.items())
    )
    starts_on = Day(_l("From"), [InputRequired(DAY_NEEDED)])
    ends_on = Day(
        _l("Until before"),
        [Optional()],
        description=_l("The first day on which it no longer holds; empty when open."),
    )

    def validate_ends_on(self, field: Any) -> None:
        """An end comes after its start."""
        if field.data and self.starts_on.data and field.data <= self.starts_on.data:
            raise ValidationError(_("The end must come after the start."))


class EndForm(Form):
    """A day on which something ends."""

    on = Day(_l("Ends on"), [InputRequired(DAY_NEEDED)])
