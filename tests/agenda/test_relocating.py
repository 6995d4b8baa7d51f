"""A room that gets another name is told to every calendar."""

from sqlalchemy import select

from app.agenda.models import Channel, CommitmentKind, Invitation
from app.agenda.services import relocate
from app.agenda.services.invitations import choose_channel
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_account, make_person


def test_everybody_who_must_be_there_hears_of_the_new_name(session):
    ada, bo = make_person(session, "Ada"), make_person(session, "Bo")
    make_account(session, ada)
    choose_channel(session, ada.id, Channel.MAIL, at=NOW)
    here = [make_commitment(session, one, source_id=7, location="Old") for one in (ada, bo)]
    elsewhere = make_commitment(session, bo, source_id=8, location="Old")

    for _ in range(2):
        relocate(session, [CommitmentKind.SESSION], {7: "New"}, at=NOW)

    assert [(held.location, held.sequence) for held in (*here, elsewhere)] == [
        ("New", 1),
        ("New", 1),
        ("Old", 0),
    ]
    told = session.scalars(select(Invitation).order_by(Invitation.id))
    assert [(row.person_id, row.sequence, row.location) for row in told] == [
        (ada.id, 0, "Old"),
        (ada.id, 1, "New"),
    ]
