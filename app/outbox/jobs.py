"""Jobs of the outbox."""


def send_due() -> None:
    """Send what is due."""
