"""What the waiting list promises, written down a second time and apart from the program.

`Replay` walks through the history of all bookings in the order in which it was committed and says
what it should not have seen. It knows nothing of the program's code, only of its promises: seats
are not oversold, nobody walks past the list, the first who can have a free seat gets it, a free
seat and somebody who can have it do not stay side by side, nobody is in two places at once.
"""

from dataclasses import dataclass, field

HOLDING = {"requested", "offered", "booked"}
ENDS = {"cancelled", "called_off", "declined", "expired"}
MOVES_THE_LINE = ENDS | {"waitlisted"}  # after these a free seat goes on at once
MOVES = {
    None: {"booked", "requested", "waitlisted"},
    "requested": {"booked", "declined", "expired", "cancelled", "called_off"},
    "waitlisted": {"waitlisted", "booked", "offered", "declined", "cancelled"},
    "offered": {"booked", "cancelled", "declined", "expired"},
    "booked": {"cancelled", "called_off", "declined"},
}


@dataclass(frozen=True)
class Change:
    """One step of one booking, or another number of seats (`seats`) of a gathering."""

    gathering: int
    booking: int | None = None
    person: int | None = None
    rank: tuple = ()
    version: int = 0
    before: str | None = None
    after: str = ""
    seats: int | None = None


@dataclass
class Place:
    person: int
    rank: tuple
    state: str
    version: int
    agreed: bool


@dataclass
class Gathering:
    """`wanted` seats; `asks` when a lead must agree; `near` when seats are offered."""

    wanted: int
    asks: bool = False
    near: bool = False
    overlaps: frozenset = frozenset()  # other gatherings at the same time
    places: dict = field(default_factory=dict)

    @property
    def held(self):
        return [place for place in self.places.values() if place.state in HOLDING]

    @property
    def line(self):
        waiting = [place for place in self.places.values() if place.state == "waitlisted"]
        return sorted(waiting, key=lambda place: place.rank)

    @property
    def list_is_open(self):
        return any(place.state in {"waitlisted", "offered"} for place in self.places.values())

    @property
    def free(self):
        return self.wanted - len(self.held)


class Replay:
    """Walk through changes; `faults` are sentences about what was promised otherwise."""

    def __init__(self, gatherings):
        self.gatherings = gatherings
        self.faults = []

    def walk(self, acts):
        """`acts` are lists of changes that were committed together, in order."""
        for act in acts:
            for change in act:
                self._one(change)
            for change in act:
                if change.seats is not None or change.after in MOVES_THE_LINE:
                    self._settled(change.gathering)
        return self.faults

    def _one(self, change):
        gathering = self.gatherings[change.gathering]
        if change.seats is not None:
            gathering.wanted = change.seats
            return
        place = gathering.places.get(change.booking)
        now = (place.state, place.version) if place else (None, 0)
        self._expect(now == (change.before, change.version - 1), change, "follows its history")
        self._expect(change.after in MOVES.get(change.before, ()), change, "is a possible move")
        if change.before is None:
            self._enters(gathering, change)
        elif change.before == "waitlisted":
            self._from_the_line(gathering, change)
        agreed = self._agreed(gathering, change, place)
        gathering.places[change.booking] = Place(
            change.person, change.rank, change.after, change.version, agreed
        )
        self._in_one_place(change)

    def _enters(self, gathering, change):
        same = [place for place in gathering.places.values() if place.person == change.person]
        live = any(place.state not in ENDS for place in same)
        self._expect(not live, change, "is the person's only place")
        if change.after == "waitlisted":
            waits_rightly = gathering.free <= 0 or gathering.list_is_open
            self._expect(waits_rightly, change, "waits though a seat was free")
            return
        self._expect(gathering.free > 0, change, "takes a seat that was there")
        self._expect(not gathering.list_is_open, change, "walks past the list")
        wanted = "requested" if gathering.asks else "booked"
        self._expect(change.after == wanted, change, f"becomes {wanted}")

    def _from_the_line(self, gathering, change):
        if change.after not in {"booked", "offered"}:
            return
        self._expect(gathering.free > 0, change, "takes a seat that was there")
        self._expect((change.after == "offered") == gathering.near, change, "is asked when near")
        able = [place for place in gathering.line if self._could(change.gathering, place)]
        first = able[0].rank if able else None
        self._expect(first == change.rank, change, "was the first who could have the seat")

    def _could(self, key, place):
        return place.agreed and not self._is_elsewhere(key, place.person)

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

    def _is_elsewhere(self, key, person):
        return any(
            place.person == person and place.state in {"booked", "requested"}
            for other in self.gatherings[key].overlaps
            for place in self.gatherings[other].places.values()
        )

    def _in_one_place(self, change):
        if change.after in {"booked", "requested"}:
            twice = self._is_elsewhere(change.gathering, change.person)
            self._expect(not twice, change, "is in one place at a time")

    def _settled(self, key):
        gathering = self.gatherings[key]
        able = [place for place in gathering.line if self._could(key, place)]
        if gathering.free > 0 and able:
            self.faults.append(f"gathering {key}: a seat is free and {able[0].rank} could have it")

    def _expect(self, is_so, change, promise):
        if not is_so:
            self.faults.append(f"not so: {change} {promise}")
