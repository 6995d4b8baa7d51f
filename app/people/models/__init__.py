"""Tables of people: the organisation, the persons in it, and their access."""

from app.people.models.access import (
    Account,
    LinkedIdentity,
    LinkPurpose,
    Login,
    RoleGrant,
    SignInThrottle,
    SingleUseLink,
)
from app.people.models.imports import ImportDraft, ImportKind
from app.people.models.organisation import (
    Department,
    LeadKind,
    PublicHoliday,
    Side,
    Site,
    Team,
    TeamLead,
)
from app.people.models.persons import (
    Absence,
    Membership,
    MembershipKind,
    Person,
    PersonSkill,
    Skill,
)
from app.people.models.sponsors import Sponsor

__all__ = [
    "Absence",
    "Account",
    "Department",
    "ImportDraft",
    "ImportKind",
    "LeadKind",
    "LinkPurpose",
    "LinkedIdentity",
    "Login",
    "Membership",
    "MembershipKind",
    "Person",
    "PersonSkill",
    "PublicHoliday",
    "RoleGrant",
    "Side",
    "SignInThrottle",
    "SingleUseLink",
    "Site",
    "Skill",
    "Sponsor",
    "Team",
    "TeamLead",
]
