"""What waits, in the order in which it should be done."""

from datetime import date

import pytest

from app.domain.tasks import Task, Urgency, in_order, urgency

TODAY = date(2026, 11, 23)


def waiting(title, due_on=None):
    return Task("house", title, "today.index", due_on=due_on)


def test_tasks_come_by_their_day_and_those_without_a_day_last():
    tasks = [waiting("a"), waiting("b", date(2026, 12, 1)), waiting("c", date(2026, 11, 1))]

    assert [task.title for task in in_order(tasks)] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (date(2026, 11, 22), Urgency.OVERDUE),
        (date(2026, 11, 23), Urgency.SOON),
        (date(2026, 11, 26), Urgency.SOON),
        (date(2026, 11, 27), Urgency.LATER),
        (None, Urgency.LATER),
    ],
)
def test_a_task_presses_from_three_days_before_its_day(due_on, expected):
    assert urgency(waiting("a", due_on), TODAY) is expected
