"""Which of the two databases a test asks."""

import pytest

# For what a form, a file or an address is refused for before the database is asked: many ways to
# be wrong, which are read by the same lines on both. What a database itself chokes on is sent to
# both by tests/test_bad_input.py.
on_one_engine = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
