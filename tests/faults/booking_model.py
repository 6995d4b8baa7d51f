"""What bookings promise, written down a second time and apart from the program.

`Replay` walks through the history of all bookings in the order in which it was committed and says
what it should not have seen. It knows nothing of the program's code, only of its promises: seats
are not oversold, held seats stay with their department until they are released, nobody walks past
the list, the first who can have a free seat gets it, a free seat and somebody who can have it do
not stay side by side, nobody is in two places at once, every question has its end and stands until
then, nothing comes in after the close, nobody is left behind where a date is called off or moved,
and who did not get to a date comes first on the next one of its course, where seats are kept.

Each act is judged at its own instant: who looked at the clock first may be committed last.
"""

from datetime import timedelta

from tests.faults.booking_dates import (
    ENDS,
    HOLDING,
    LONG_AGO,
    Place,
    day_of,
    working_days_from,
)

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(hours=24)
NEAR = timedelta(hours=72)  # within that before the start people are asked, before it they move up
OPEN_QUESTIONS = {"requested", "offered"}
MOVES_THE_LINE = ENDS | {"waitlisted"}  # after these a free seat goes on at once
MOVES = {
    None: {"booked", "requested", "waitlisted"},
    "requested": {"booked", "declined", "expired", "cancelled", "called_off", "excused"},
    "waitlisted": {
        *("waitlisted", "booked", "offered"),
        *("declined", "cancelled", "called_off", "expired"),
    },
    "offered": {"offered", "booked", "cancelled", "expired", "called_off"},
    "booked": {"cancelled", "called_off", "excused"},
}


class Replay:
    """Walk through changes; `faults` are sentences about what was promised otherwise."""

    def __init__(self, gatherings):
        self.gatherings = gatherings
        self.ranks = {}  # course and person -> when they joined the earlier date, when it was given
        self.faults = []

    def walk(self, acts):
        """`acts` are lists of changes that were committed together, in order."""
        for act in acts:
            for change in act:
                self._one(change)
            for change in act:
                self._afterwards(change, act)
        return self.faults

    def look(self, at):
        """What must not be left over at an instant once the worker has looked at everything."""
        for key, gathering in self.gatherings.items():
            self._settled(key, at)
            for place in gathering.places.values():
                late = place.state in OPEN_QUESTIONS and place.expires_at <= at
                late |= gathering.starts_at <= at and place.state in {"waitlisted", "offered"}
                if late and gathering.is_on:
                    self._fault(f"gathering {key}: {place} waits for nothing any more")
            if self._is_undecided(gathering, at):
                self._fault(f"gathering {key} has enough people and is not certain")
            if gathering.is_on and gathering.starts_at + gathering.length <= at:
                self._fault(f"gathering {key} is not over")
        return self.faults

    # About a gathering

    def _one(self, change):
        gathering = self.gatherings[change.gathering]
        if change.booking is not None:
            self._of_a_booking(gathering, change)
        elif change.seats is not None:
            self._expect(gathering.is_on, change, "is about a date that takes place")
            gathering.wanted = change.seats
        elif change.moved_to is not None:
            self._moves(gathering, change)
        else:
            self._becomes(gathering, change)

    def _becomes(self, gathering, change):
        self._expect(gathering.is_on, change, "is about a date that takes place")
        if change.state == "called_off":
            self._expect(
                change.by is not None and change.reason, change, "is somebody's with a reason"
            )
        if change.state == "over":
            ended = change.at >= gathering.starts_at + gathering.length
            self._expect(ended, change, "comes after the end")
        gathering.state = change.state
        if change.state == "called_off":
            live = [one for one in gathering.places.values() if one.state not in ENDS]
            self._keep_ranks(gathering, [one for one in live if one.state != "excused"], change.at)

    def _moves(self, gathering, change):
        in_time = gathering.is_on and change.at < min(gathering.starts_at, change.moved_to)
        self._expect(in_time, change, "is about a date to come")
        was_open = change.at < gathering.closes_at
        gathering.move(change.moved_to)
        still = not was_open or change.at < gathering.closes_at
        self._expect(still, change, "closes nothing behind people's backs")
        for place in gathering.holding:
            place.firm = place.state != "offered"
            place.firm &= not self._is_elsewhere(change.gathering, place.person)

    def _afterwards(self, change, act):
        """What has to be so once everything of an act is done."""
        gathering = self.gatherings[change.gathering]
        left = [place for place in gathering.places.values() if place.state not in ENDS]
        if change.state == "called_off":
            behind = [place for place in left if place.state != "excused"]
            self._expect(not behind, change, "leaves nobody behind")
        if change.state == "over":
            asked = [place for place in left if place.state not in {"booked", "excused"}]
            self._expect(not asked, change, "comes once nothing is open")
        if change.state == "confirmed":
            enough = self._sure(gathering) >= gathering.minimum
            self._expect(enough, change, "has enough people")
            decided = change.by is not None or day_of(change.at) >= gathering.decide_on
            self._expect(decided, change, "waits for its day")
        if change.moved_to is not None:
            ends = min(gathering.closes_at, gathering.starts_at)
            late = [one for one in left if one.state == "offered" and one.expires_at > ends]
            self._expect(not late, change, "lets no offer outlast the close")
        if change.booking is not None and gathering.state == "called_off":
            same = any(one.state == "called_off" for one in act)
            self._expect(same and change.after in ENDS, change, "comes before all is called off")
        if change.seats is not None or change.after in MOVES_THE_LINE:
            self._settled(change.gathering, change.at)

    # About a booking

    def _of_a_booking(self, gathering, change):
        place = gathering.places.get(change.booking)
        now = (place.state, place.version) if place else (None, 0)
        self._expect(now == (change.before, change.version - 1), change, "follows its history")
        self._expect(change.after in MOVES.get(change.before, ()), change, "is a possible move")
        if change.before is None:
            self._enters(gathering, change)
        elif change.before == "waitlisted":
            self._from_the_line(gathering, change)
        if place is not None:
            self._in_time(gathering, change, place)
        agreed = self._agreed(gathering, change, place)
        firm, expires_at, leave_until = _terms(gathering, change, place)
        key = gathering.course, change.person
        first = place.first if place else key in self.ranks
        gathering.places[change.booking] = Place(
            *(change.person, change.rank, change.after, change.version, agreed),
            *(change.department, firm, expires_at, leave_until, first),
        )
        self._in_one_place(change)
        if change.before is None:
            joined = self.ranks.get(key, [change.at])[0]
            self._expect(change.rank[1:] == (joined, change.booking), change, "keeps its rank")
        self._ranks_after(gathering, change)
        if place is not None and place.firm and not firm:
            self._certain_again(change.gathering, change.person)

    def _enters(self, gathering, change):
        self._expect(gathering.is_open(change.at), change, "comes while booking is open")
        same = [place for place in gathering.places.values() if place.person == change.person]
        live = any(place.state not in ENDS for place in same)
        self._expect(not live, change, "is the person's only place")
        first = (gathering.course, change.person) in self.ranks
        free = self._free(gathering, change.department, change.at, first=first) > 0
        if change.after == "waitlisted":
            waits_rightly = not free or gathering.list_is_open
            self._expect(waits_rightly, change, "waits though a seat was free")
            return
        self._expect(free, change, "takes a seat that was there")
        self._expect(not gathering.list_is_open, change, "walks past the list")
        wanted = "requested" if gathering.asks else "booked"
        self._expect(change.after == wanted, change, f"becomes {wanted}")

    def _from_the_line(self, gathering, change):
        if change.after not in {"booked", "offered"}:
            return
        self._expect(gathering.is_open(change.at), change, "moves up while booking is open")
        first = gathering.places[change.booking].first
        free = self._free(gathering, change.department, change.at, first=first)
        self._expect(free > 0, change, "takes a seat that was there")
        near = gathering.starts_at - change.at <= NEAR
        self._expect((change.after == "offered") == near, change, "is asked when near")
        able = self._able(change.gathering, change.at)
        turn = able[0].rank if able else None
        self._expect(turn == change.rank, change, "was the first who could have the seat")

    def _in_time(self, gathering, change, place):
        """Questions stand until their moment and no longer; seats are given back in time."""
        at, self_made = change.at, change.by == change.person
        begun = at >= gathering.starts_at
        ran_out = place.state in OPEN_QUESTIONS and at >= place.expires_at
        if change.after == "expired":
            over = ran_out or begun
            self._expect(over and change.by is None, change, "runs out in its time")
        elif change.after == "excused":
            self._expect(begun and self._is_excuse(change), change, "is excused for a reason")
        elif change.after == "called_off":
            whole = gathering.state == "called_off"
            self._expect(
                whole or (not begun and self._is_excuse(change)), change, "is excused for a reason"
            )
        elif change.after == "declined" or (change.before, change.after) == ("requested", "booked"):
            answered = change.by is not None and not self_made
            self._expect(answered and not ran_out and not begun, change, "is answered in time")
        elif change.before == "offered" and change.after != "offered":
            self._expect(self_made and not ran_out, change, "is taken or left while it stands")
        elif change.after == "cancelled":
            until = max(gathering.cancel_until, place.leave_until)
            free_to_go = change.before != "booked" or at < until
            self._expect(self_made and not begun and free_to_go, change, "is given back in time")

    def _is_excuse(self, change):
        return change.by not in {None, change.person} and bool(change.reason)

    def _agreed(self, gathering, change, place):
        if not gathering.asks:
            return True
        if change.before in {"waitlisted", "requested"} and change.after in {
            "waitlisted",
            "booked",
            "offered",
        }:
            return True
        return bool(place and place.agreed)

    # Ranks of a course

    def _ranks_after(self, gathering, change):
        """Who waited or asked in vain keeps the rank; a seat, leaving or an offer uses it up."""
        in_vain = change.after == "expired" and change.before != "offered"
        if in_vain and change.at >= gathering.starts_at:
            self._keep_ranks(gathering, [gathering.places[change.booking]], change.at)
        unanswered = change.after == "expired" and not in_vain
        left = change.before is not None and change.by == change.person
        if unanswered or left or change.after == "booked":
            self.ranks.pop((gathering.course, change.person), None)

    def _keep_ranks(self, gathering, places, at):
        """They keep when they joined, come first on the other dates, and seats are kept there."""
        for place in places if gathering.course else ():
            key = gathering.course, place.person
            joined = min(place.rank[1], self.ranks.get(key, [place.rank[1]])[0])
            self.ranks[key] = joined, at
            for other in self._others(gathering):
                for theirs in other.places.values():
                    is_theirs = theirs.person == place.person and theirs.state == "waitlisted"
                    theirs.first |= is_theirs and other.starts_at > at
                if other.is_open(at):
                    other.keep_first(at)

    def _others(self, gathering):
        every = self.gatherings.values()
        return [one for one in every if one is not gathering and one.course == gathering.course]

    # Who could have a seat, and who is where

    def _able(self, key, at):
        """Who of the line could have a seat, in order."""
        gathering = self.gatherings[key]
        return [
            place
            for place in gathering.line
            if place.agreed
            and not self._is_elsewhere(key, place.person)
            and self._free(gathering, place.department, at, first=place.first) > 0
        ]

    def _free(self, gathering, department, at, *, first):
        """Free seats but those kept for others, by their department or by their rank."""
        free = gathering.free_for(department, at)
        if first or gathering.first_until is None or at >= gathering.first_until:
            return free
        here = [place.person for place in gathering.places.values() if place.state not in ENDS]
        return free - sum(
            course == gathering.course and person not in here and given >= gathering.first_from
            for (course, person), (_joined, given) in self.ranks.items()
        )

    def _is_elsewhere(self, key, person):
        return any(place.firm for place in self._beside(key, person))

    def _beside(self, key, person):
        """Places of a person in other gatherings at the same time that take place."""
        this = self.gatherings[key]
        return [
            place
            for other, gathering in self.gatherings.items()
            if other != key and gathering.is_on and this.overlaps(gathering)
            for place in gathering.places.values()
            if place.person == person and place.state in HOLDING
        ]

    def _certain_again(self, key, person):
        """Who gave a time back has the seat for certain that was kept beside it."""
        for other, gathering in self.gatherings.items():
            for place in gathering.places.values():
                beside = place.person == person and place.state in {"booked", "requested"}
                meets = other != key and gathering.overlaps(self.gatherings[key])
                if beside and meets and not self._is_elsewhere(other, person):
                    place.firm = True

    def _in_one_place(self, change):
        if change.after in {"booked", "requested"}:
            twice = self._is_elsewhere(change.gathering, change.person)
            self._expect(not twice, change, "is in one place at a time")

    def _settled(self, key, at):
        able = self._able(key, at) if self.gatherings[key].is_open(at) else []
        if able:
            self._fault(f"gathering {key}: a seat is free and person {able[0].person} could")

    def _sure(self, gathering):
        return sum(place.state == "booked" for place in gathering.places.values())

    def _is_undecided(self, gathering, at):
        waits = gathering.state == "announced" and gathering.decide_on is not None
        to_come = waits and day_of(at) >= gathering.decide_on and at < gathering.starts_at
        return to_come and self._sure(gathering) >= gathering.minimum

    def _expect(self, is_so, change, promise):
        if not is_so:
            self._fault(f"not so: {change} {promise}")

    def _fault(self, sentence):
        self.faults.append(sentence)


def _terms(gathering, change, place):
    """Whether its time is held for certain, when it runs out, until when it can be given back."""
    at, after = change.at, change.after
    left = min(gathering.closes_at, gathering.starts_at) - at
    leave_until = place.leave_until if place else LONG_AGO
    if after == "requested":
        return True, min(working_days_from(at, 5), gathering.starts_at), leave_until
    if after == "offered":
        shortened = change.before == "offered"
        stands = left if shortened else min(max(left / 2, AN_HOUR), A_DAY, left)
        return False, at + stands, leave_until
    if after not in HOLDING:
        return False, None, LONG_AGO
    if change.before == "waitlisted":
        leave_until = min(at + A_DAY, gathering.starts_at)
    firm = after == "booked"
    return firm, None, leave_until
