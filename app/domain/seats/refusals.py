"""Why a seat cannot be had, given back or decided on."""

from __future__ import annotations

from app.domain.refusals import N_, Invalid, Refusal


class NotBookable(Refusal):
    """A draft, called off, or over."""

    msgid = N_("This is not open for bookings.")


class NotThere(Refusal):
    """It does not exist, or is a draft that only its makers know."""

    msgid = N_("This does not exist.")
    status = 404


class NotOpenYet(Refusal):
    """Booking opens later."""

    msgid = N_("Booking has not opened yet.")


class BookingClosed(Refusal):
    """Booking closed, or it has begun."""

    msgid = N_("Booking is closed.")


class NotForYou(Refusal):
    """The course is meant for other departments, or the guest must come from the other side."""

    msgid = N_("This is meant for people of other departments.")


class LeadsIt(Refusal):
    """A host, or the trainer of at least one meeting, takes no seat."""

    msgid = N_("Whoever leads it, or one of its meetings, takes no seat in it.")


class PrerequisiteMissing(Refusal):
    """A certificate that comes first is missing or will have run out."""

    msgid = N_("Please take part in “%(course)s” first: it must be valid on the first day.")


class Clash(Refusal):
    """The person has to be elsewhere at that time."""

    msgid = N_("At that time there is already: %(what)s.")


class LeaderElsewhere(Clash):
    """Somebody who is to lead a meeting has to be elsewhere then."""

    msgid = N_("%(name)s is elsewhere on %(day)s from %(start)s to %(end)s: “%(title)s”.")


class TooLateToCancel(Refusal):
    """The moment until which seats can be given back is over."""

    msgid = N_("It is too late to cancel by yourself. Please ask your lead or HR to excuse you.")


class NothingToCancel(Refusal):
    """The booking is over, or it is another kind of place."""

    msgid = N_("There is nothing to cancel any more.")


class OfferIsOver(Refusal):
    """The offer ran out, was answered, or there never was one."""

    msgid = N_("This offer is over.")


class NothingToDecide(Refusal):
    """Somebody else decided, the request ran out, or it was withdrawn."""

    msgid = N_("This request is no longer open.")


class ElsewhereByNow(Refusal):
    """Since somebody asked, something else took their time."""

    msgid = N_("By now there is something else at that time.")


class ReasonMissing(Invalid):
    """A refusal or a cancellation for others needs a reason."""

    msgid = N_("Please give a reason.")


class SeatsOutOfRange(Invalid):
    """More seats than a gathering can have, or fewer than none."""

    msgid = N_("Please enter a number of seats from 0 to 500.")


class NotADraft(Refusal):
    """It was announced before, or is over."""

    msgid = N_("Only a draft can be announced.")


class ClosedByNow(Refusal):
    """Time went over the draft: whoever were told of it could not book."""

    msgid = N_("The last day to book is over. Please give the draft a later one first.")


class DecidedByNow(Refusal):
    """Time went over the draft: HR would be asked to decide in the moment it is announced."""

    msgid = N_("The day of decision is over. Please give the draft a later one first.")


class RoomTaken(Refusal):
    """Another meeting is in this room at that time."""

    msgid = N_("The room is taken at that time.")


class OnAHoliday(Invalid):
    """Public holidays of the site are not offered."""

    msgid = N_("%(day)s is a public holiday there: %(holiday)s.")
