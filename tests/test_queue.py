"""The doorbell between web server and worker, on the stores it can ring through."""

import logging
import secrets

import pytest

from app.queue import Doorbell

SECRET = "a secret both sides know"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request, tmp_path):
    """Give the address of a fresh queue."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'queue.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"doorbell_{secrets.token_hex(4)}"  # the queue keeps its connections to the end
    yield server.create(name).replace("postgresql+psycopg", "postgresql")


@pytest.fixture
def hang():
    """Hang up doorbells that are taken down again, connections and all."""
    hung = []

    def up(address, secret=SECRET):
        hung.append(Doorbell(address, secret=secret))
        return hung[-1]

    yield up
    for doorbell in hung:
        doorbell.huey.storage.close()


def answered(doorbell):
    """Let the worker's side do what has been rung, as the consumer does; gives how often."""
    done = 0
    while (task := doorbell.huey.dequeue()) is not None:
        doorbell.huey.execute(task)
        done += 1
    return done


def test_a_ring_in_one_process_is_answered_in_another(address, hang):
    web, worker = hang(address), hang(address)
    heard = []
    worker.answer_with({"mail": lambda: heard.append("mail"), "plans": lambda: heard.append("x")})

    web.ring("mail")
    web.ring("mail")

    assert (answered(worker), heard) == (2, ["mail", "mail"])


def test_a_task_signed_by_somebody_else_is_not_carried_out(address, hang):
    stranger, worker = hang(address, "another"), hang(address)
    heard = []
    worker.answer_with({"mail": lambda: heard.append("mail")})

    stranger.ring("mail")
    with pytest.raises(ValueError, match=r"[Ss]ignature"):
        answered(worker)

    assert heard == []


def test_a_job_nobody_knows_is_written_down_and_harms_nothing(address, hang, caplog):
    doorbell = hang(address)

    doorbell.ring("baking")
    with caplog.at_level(logging.ERROR, logger="tandem"):
        answered(doorbell)

    assert "nobody knows the job 'baking'" in caplog.text


def test_a_queue_out_of_reach_does_not_break_the_change(tmp_path, hang, caplog):
    doorbell = hang(f"sqlite:///{tmp_path / 'queue.db'}")
    doorbell.huey.storage.close()
    (tmp_path / "queue.db").unlink()
    (tmp_path / "queue.db").mkdir()

    with caplog.at_level(logging.WARNING, logger="tandem"):
        doorbell.ring("mail")

    assert "the queue cannot be reached" in caplog.text


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="QUEUE_URL must start with"):
        Doorbell("amqp://localhost", secret=SECRET)
