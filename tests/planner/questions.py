"""Random tiny planning questions for property tests."""

from hypothesis import strategies as st

from tests.planner.makers import make_instance, make_person, make_placement, make_team

TEAMS = ("T1", "T2", "T3")
PLACES = ("p1", "p2", "p3")
PEOPLE = ("a", "b", "c", "d")
SITES = ("Köln", "Wien")
BLOCKS = 4


@st.composite
def questions(draw, *, with_published=True, with_pins=True):
    """Up to four people, three placements, four blocks; every rule of the format turns up."""
    small = st.sampled_from([0, 1, 1, 2, 2])
    teams = [
        make_team(
            ident,
            max_out=draw(st.lists(small, min_size=BLOCKS, max_size=BLOCKS)),
            max_guests=draw(st.lists(small, min_size=BLOCKS, max_size=BLOCKS)),
        )
        for ident in TEAMS
    ]
    places = [_place(draw, ident) for ident in PLACES]
    people = [_person(draw, ident) for ident in PEOPLE[: draw(st.integers(1, 4))]]
    document = make_instance(
        teams=teams,
        placements=places,
        employees=people,
        now=draw(st.integers(0, 1)),
        min_gap=draw(st.integers(0, 1)),
        pairs=_pairs(draw),
        pins=[],
        forbids=_forbids(draw, people),
        published=None,
        objective=_weights(draw),
    )
    if with_pins and draw(st.integers(0, 3)) == 0:
        document["pins"] = _pins(draw, people, document["forbids"])
    if with_published and draw(st.booleans()):
        document["published"] = _published(draw, people, places)
    return document


def _place(draw, ident):
    starts = draw(st.lists(st.integers(0, BLOCKS - 1), min_size=1, max_size=3, unique=True))
    return make_placement(
        ident,
        draw(st.sampled_from(TEAMS)),
        duration=draw(st.integers(1, 2)),
        starts=sorted(starts),
        capacity=draw(st.lists(st.sampled_from([0, 1, 1, 2]), min_size=BLOCKS, max_size=BLOCKS)),
        site=draw(st.sampled_from(SITES)),
        remote_ok=draw(st.booleans()),
        required_skills=draw(st.sampled_from([[], [], ["it"]])),
    )


def _person(draw, ident):
    return make_person(
        ident,
        draw(st.sampled_from(TEAMS)),
        draw(st.lists(st.sampled_from(PLACES), max_size=3, unique=True)),
        site=draw(st.sampled_from(SITES)),
        mobile=draw(st.sampled_from([True, True, False])),
        remote_ok=draw(st.booleans()),
        skills=draw(st.sampled_from([["it"], ["it", "law"], ["it"], []])),
        unavailable=draw(st.lists(st.integers(0, BLOCKS - 1), max_size=1)),
        earliest_start=draw(st.integers(0, 2)),
        max_rotations=draw(st.sampled_from([1, 1, 1, 2])),
        waiting=draw(st.integers(0, 7)),
        never_rotated=draw(st.booleans()),
        rank_debt=draw(st.integers(0, 3)),
        same_site_wish=draw(st.booleans()),
    )


def _pairs(draw):
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(TEAMS), st.sampled_from(TEAMS)).filter(
                lambda pair: pair[0] != pair[1]
            ),
            max_size=2,
            unique=True,
        )
    )
    return [
        {
            "home": home,
            "host": host,
            "need": draw(st.integers(0, 3)),
            "target": draw(st.integers(0, 2)),
            "hard_min": draw(st.sampled_from([None] * 9 + [0, 1])),
            "hard_max": draw(st.sampled_from([None, None, 1])),
        }
        for home, host in keys
    ]


def _forbids(draw, people):
    if draw(st.integers(0, 3)):
        return []
    return [
        {
            "employee": draw(st.sampled_from([None, *(person["id"] for person in people)])),
            "placement": draw(st.sampled_from([None, *PLACES])),
            "host": draw(st.sampled_from([None, *TEAMS])),
        }
    ]


def _pins(draw, people, forbids):
    pin = {
        "employee": draw(st.sampled_from([person["id"] for person in people])),
        "placement": draw(st.sampled_from(PLACES)),
        "start": draw(st.sampled_from([None, 0, 1, 2])),
    }
    pair = pin["employee"], pin["placement"]
    return [] if pair in [(f["employee"], f["placement"]) for f in forbids] else [pin]


def _published(draw, people, places):
    stays = []
    for person in people:
        if draw(st.booleans()):
            place = draw(st.sampled_from(places))
            start = draw(st.sampled_from(place["starts"]))
            stays.append({"employee": person["id"], "placement": place["id"], "start": start})
    if draw(st.integers(0, 3)) == 0:
        place = places[0]
        stays.append({"employee": "left", "placement": place["id"], "start": place["starts"][0]})
    return stays


def _weights(draw):
    return {
        "place": draw(st.sampled_from([1000, 400])),
        "rank_cost": draw(st.sampled_from([[0, 20, 80], [0, 300]])),
        "debt_percent": draw(st.sampled_from([0, 50])),
        "second_cost": draw(st.sampled_from([800, 100])),
        "pair_cost": draw(st.sampled_from([50, 700])),
        "removed_cost": draw(st.sampled_from([100_000, 1000])),
        "switched_cost": draw(st.sampled_from([40_000, 400])),
        "moved_cost": draw(st.sampled_from([20_000, 200])),
    }
