"""Parts of the product that are forked: how they end, and that no signal to them is lost."""

import os
import random
import secrets
import signal
import sys
import time
import uuid
from pathlib import Path

import pytest
from nacl.public import PrivateKey, SealedBox

from tools.parts import Part

SOON = 20  # seconds


def leave(status):
    sys.exit(status)


def fail():
    raise ValueError("no way on")


def wait_for_ever():
    while True:
        time.sleep(60)


@pytest.mark.parametrize(
    ("work", "status"),
    [
        (lambda: None, 0),
        (lambda: leave(None), 0),
        (lambda: leave(3), 3),
        (lambda: leave("a sentence"), 1),
        (fail, 1),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), -9),
    ],
)
def test_the_end_of_a_part_is_known_by_its_status(work, status):
    part = Part("tandem-test", work)

    assert part.wait(time.monotonic() + SOON) == status
    assert part.poll() == status


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_a_part_that_is_just_being_born_is_not_lost(kind):
    before = signal.signal(kind, lambda *_: None)  # what the parent does with it is not theirs
    try:
        parts = [Part("tandem-test", wait_for_ever) for _ in range(10)]
        for part in parts:
            part.signal(kind)
        found = [part.wait(time.monotonic() + SOON) for part in parts]
    finally:
        signal.signal(kind, before)

    assert found == [-kind] * 10


def test_a_part_has_a_name_and_a_group_of_its_own():
    part = Part("tandem-test", wait_for_ever)
    try:
        deadline = time.monotonic() + SOON
        while name_of(part) != "tandem-test" and time.monotonic() < deadline:
            time.sleep(0.01)

        assert name_of(part) == "tandem-test"
        assert os.getpgid(part.pid) == part.pid
    finally:
        part.signal(signal.SIGKILL)
        assert part.wait(time.monotonic() + SOON) == -9


def name_of(part):
    return Path(f"/proc/{part.pid}/comm").read_text().strip()


def test_what_a_part_has_left_behind_ends_with_its_group(tmp_path):
    told = tmp_path / "child"

    def leave_somebody_behind():
        child = os.fork()
        if child == 0:
            wait_for_ever()
        told.write_text(str(child))

    part = Part("tandem-test", leave_somebody_behind)
    assert part.wait(time.monotonic() + SOON) == 0

    part.signal(signal.SIGKILL)

    deadline = time.monotonic() + SOON
    while is_alive(int(told.read_text())) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(int(told.read_text()))


def is_alive(pid):
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_parts_share_a_program_but_no_chance(tmp_path):
    """Else two web servers would draw the same links and codes, and seal ballots alike."""
    box = SealedBox(PrivateKey.generate().public_key)

    def drawn():
        made_for_this_one = box.encrypt(b"ballot")[:32].hex()
        return [secrets.token_hex(), str(random.random()), str(uuid.uuid4()), made_for_this_one]  # noqa: S311

    everything = drawn()  # so that whatever keeps a state has begun one
    files = [tmp_path / str(number) for number in range(3)]
    for file in files:
        part = Part("tandem-test", lambda file=file: file.write_text("\n".join(drawn())))
        assert part.wait(time.monotonic() + SOON) == 0
        everything += file.read_text().splitlines()

    assert len(set(everything)) == len(everything) == 16
