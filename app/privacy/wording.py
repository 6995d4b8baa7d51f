"""What is stored about people in words: each kind of record, and why it is there."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.refusals import N_


@dataclass(frozen=True, slots=True)
class Area:
    """Kinds of records that serve one purpose. `tables` maps a table to its English label."""

    title: str
    purpose: str
    tables: dict[str, str]


AREAS = (
    Area(
        N_("Who you are"),
        N_(
            "So that others find you and plans know where you belong."
            " Kept until you are erased after leaving."
        ),
        {
            "person": N_("Record"),
            "membership": N_("Teams through time"),
            "team_lead": N_("Teams led"),
            "sponsor": N_("Pairs of teams looked after"),
            "person_skill": N_("Skills held"),
            "absence": N_("Days away"),
        },
    ),
    Area(
        N_("Signing in"),
        N_(
            "So that only you get in, and you see where you are signed in."
            " Sessions go thirty days after they ended, sent forms after seven."
        ),
        {
            "account": N_("Account"),
            "linked_identity": N_("Links with single sign-on"),
            "role_grant": N_("Roles given"),
            "login": N_("Places signed in at"),
            "single_use_link": N_("Invitations and reset links"),
            "request_key": N_("Forms sent"),
            "import_draft": N_("Files about to be imported"),
            "audit_entry": N_("Entries of the log by or about the person"),
        },
    ),
    Area(
        N_("Rotations"),
        N_(
            "So that you get a place, everybody knows what was agreed, and others learn from it."
            " After an erasure rows stay as nobody's, without your words."
        ),
        {
            "application": N_("Applications for places"),
            "choice": N_("Places wished for"),
            "avoidance": N_("Whom or what to avoid"),
            "endorsement": N_("Answers of the lead"),
            "outcome": N_("Outcomes of applications"),
            "assignment": N_("Places in plans"),
            "plan_rule": N_("What HR fixed in plans"),
            "stay": N_("Stays with other teams"),
            "consent": N_("Consents to stays"),
            "practical_sheet": N_("Practical sheets of stays"),
            "goal": N_("Goals of stays"),
            "check_in": N_("Conversations during stays"),
            "debrief": N_("Looking back at stays"),
            "insight": N_("Insights written"),
        },
    ),
    Area(
        N_("Trainings and field trips"),
        N_(
            "So that seats are given fairly and certificates can be proved."
            " After an erasure bookings stay as nobody's, so that seats still add up."
        ),
        {
            "booking": N_("Bookings"),
            "booking_step": N_("Steps of bookings"),
            "attendance": N_("Meetings attended"),
            "attendance_step": N_("Marks on lists of those present"),
            "certificate": N_("Certificates earned"),
            "course_interest": N_("Courses waited for"),
            "meeting_trainer": N_("Meetings led"),
            "gathering": N_("Trips and joint days hosted"),
            "trip": N_("What those days are about"),
            "trip_host": N_("Limit of guests"),
            "trip_debrief": N_("Looking back at trips"),
            "trip_promise": N_("Promises made"),
            "action_request": N_("Requests to offer something"),
            "feedback_mark": N_("Sessions with feedback given"),
            "pulse_mark": N_("Contacts with three answers given"),
        },
    ),
    Area(
        N_("Calendar"),
        N_(
            "So that nobody books you twice and your own calendar shows what is planned."
            " Imported busy times hold no titles and go when they are over."
        ),
        {
            "commitment": N_("Dates and times"),
            "invitation": N_("Invitations sent to the calendar"),
            "feed_link": N_("Addresses of the calendar"),
            "calendar_preference": N_("How dates arrive"),
            "person_calendar": N_("Last change of the calendar"),
            "calendar_source": N_("Calendars brought along"),
            "busy_time": N_("Busy times out of them"),
        },
    ),
    Area(
        N_("Notices"),
        N_("So that you hear what concerns you, in the way you chose."),
        {
            "notice": N_("Notices received"),
            "mail": N_("Mails received"),
            "private_mail": N_("Mails no list shows"),
            "notice_setting": N_("Wishes for notices"),
            "quiet_hours": N_("Quiet hours"),
        },
    ),
    Area(
        N_("Surveys"),
        N_(
            "So that you are asked once. That you were asked and that you have answered goes when"
            " the survey ends; what you answered was never stored with your name."
        ),
        {
            "asked": N_("Open surveys"),
            "asked_about": N_("Teams asked about"),
            "ballot_mark": N_("Teams answered about"),
            "comment_mark": N_("Comments handed in"),
        },
    ),
    Area(
        N_("Leaving"),
        N_("So that your data goes in time, or stays where it must."),
        {"erasure": N_("Decisions of HR about the data")},
    ),
)
# Whether somebody spoke up is nobody's business, HR's neither: not even as a number.
UNSEEN = frozenset(
    {"asked", "asked_about", "ballot_mark", "comment_mark", "private_mail"}
    | {"pulse_mark", "feedback_mark"}
)
LABELS = {name: label for area in AREAS for name, label in area.tables.items()}
STATE_LABELS = {
    "held": N_("kept"),
    "wanted": N_("is being erased"),
    "waits": N_("not yet"),
    "ready": N_("can be erased"),
}
STATE_TONES = {"held": "plum", "wanted": "ember", "waits": "plain", "ready": "lake"}
