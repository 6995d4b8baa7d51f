"""The line of those who write: nobody is overtaken, and nobody waits for ever."""

import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import groupby

import pytest

from app.line import Line, Threads

LONG = 30  # seconds, more than any of these tests takes


def until(happens):
    """Wait for something that another thread does."""
    deadline = time.monotonic() + LONG
    while not happens():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.002)


class Barging:
    """What the line replaces: whoever asks at the right moment is next."""

    def __init__(self):
        self._lock = threading.Lock()

    def acquire(self, seconds):
        until_then = time.monotonic() + seconds
        while not self._lock.acquire(blocking=False):
            if time.monotonic() > until_then:
                return False
            time.sleep(0.02)  # as a file's lock is waited for
        return True

    def release(self):
        self._lock.release()


def order_of(lock, number=6):
    """The order in which threads get a lock for which they asked in the order 0, 1, 2, …"""
    got, asked = [], []

    def work(index):
        asked.append(index)
        assert lock.acquire(LONG)
        got.append(index)
        time.sleep(0.001)
        lock.release()

    assert lock.acquire(LONG)
    threads = []
    for index in range(number):
        threads.append(threading.Thread(target=work, args=(index,)))
        threads[-1].start()
        until(lambda index=index: len(asked) > index)
        time.sleep(0.01)
    lock.release()
    for thread in threads:
        thread.join(LONG)
    return got


def test_threads_get_their_turn_in_the_order_in_which_they_asked():
    assert order_of(Threads()) == [0, 1, 2, 3, 4, 5]


def test_without_handing_on_somebody_is_overtaken():
    """The negative control: the same question finds the lottery out."""
    assert any(order_of(Barging()) != [0, 1, 2, 3, 4, 5] for _ in range(20))


def test_whoever_has_their_turn_may_ask_again():
    lock = Threads()

    assert lock.acquire(1)
    assert lock.acquire(1)
    assert (lock.release(), lock.release()) == (False, True)


def test_whoever_gives_up_is_not_waited_for():
    lock, answers = Threads(), []
    assert lock.acquire(1)
    impatient = threading.Thread(target=lambda: answers.append(lock.acquire(0.01)))
    impatient.start()
    impatient.join(LONG)
    lock.release()

    assert answers == [False]
    assert lock.acquire(1)  # and not the turn of somebody who has gone


OTHER = """
import sys, time
from app.line import Line
line, turns = Line(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for _ in range(turns):
    with line.turn(30):
        print(time.monotonic_ns(), flush=True)
        time.sleep(0.004)
"""


@pytest.fixture
def other(tmp_path):
    """Lend a way to start another process that takes turns at the same line."""
    started = []

    def start(turns):
        line = [sys.executable, "-c", OTHER, str(tmp_path / "line"), str(turns)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        process = subprocess.Popen(line, **pipes)
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_processes_take_turns(tmp_path, other):
    """Twelve turns of each are mixed: none takes them all while the other one waits."""
    line, process = Line(str(tmp_path / "line")), other(12)
    ours = []
    process.stdin.write("go\n")
    process.stdin.flush()
    for _ in range(12):
        with line.turn(LONG):
            ours.append(time.monotonic_ns())
            time.sleep(0.004)
    theirs = [int(process.stdout.readline()) for _ in range(12)]

    whose = [
        name for _at, name in sorted([(at, "we") for at in ours] + [(at, "they") for at in theirs])
    ]
    first, last = whose.index("they"), 23 - whose[::-1].index("we")
    runs = [len(list(run)) for _name, run in groupby(whose[first : last + 1])]
    assert max(runs, default=0) <= 3, whose


def test_turn_of_a_killed_process_is_free(tmp_path, other):
    process = other(1000)
    process.stdin.write("go\n")
    process.stdin.flush()
    process.stdout.readline()
    process.kill()

    begun = time.monotonic()
    with Line(str(tmp_path / "line")).turn(LONG):
        assert time.monotonic() - begun < LONG


def test_line_that_has_no_file_is_one_of_threads(tmp_path):
    seen = Counter()
    line = Line(str(tmp_path / "no such folder" / "line"))

    with line.turn(1), line.turn(1):
        seen["both"] += 1

    assert seen == {"both": 1}


def test_turn_that_does_not_come_is_not_waited_for_for_ever(tmp_path):
    one, other_one = Line(str(tmp_path / "line")), threading.Event()
    held, done = threading.Event(), []

    def hold():
        with one.turn(LONG):
            held.set()
            other_one.wait(LONG)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(LONG)
    with one.turn(0.02):  # the database's own lock has the last word
        done.append("went on")
    other_one.set()
    holder.join(LONG)

    assert done == ["went on"]
