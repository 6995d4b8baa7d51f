"""Loads every room's tables, so that migrations and mappers know them all."""

from app.agenda import models as agenda
from app.audit import models as audit
from app.gatherings import models as gatherings
from app.health import models as health
from app.insights import models as insights
from app.outbox import models as outbox
from app.people import models as people
from app.privacy import models as privacy
from app.rotations import models as rotations
from app.surveys import models as surveys
from app.voices import models as voices

ROOMS = (
    agenda,
    audit,
    gatherings,
    health,
    insights,
    outbox,
    people,
    privacy,
    rotations,
    surveys,
    voices,
)
