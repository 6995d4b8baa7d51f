"""What tests of the people room share."""

import pytest

from tests.people.door import good_token
from tests.people.sign_on import fake, serving  # noqa: F401 - fixtures of the whole room


@pytest.fixture
def tokens():
    """Give the CSRF token of a signed-in browser's session."""
    return good_token
