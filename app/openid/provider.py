"""The provider as the operator names it, and the two ways in which it may say no."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.refusals import N_, Refusal


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people. `name` stands on the button, `return_to` is our own address."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    return_to: str


class ProviderIsDown(Refusal):
    """It does not answer, or with something that is no answer. `why` is for the log alone."""

    msgid = N_("%(name)s cannot be reached at the moment. Please try again shortly.")
    status = 503

    def __init__(self, provider: Provider, why: str) -> None:
        super().__init__(name=provider.name)
        self.why = why


class NotVouchedFor(Refusal):
    """What came back proves nothing. `why` is a word for the log, never shown."""

    msgid = N_("Signing in with %(name)s did not work. Please try again.")
    status = 403

    def __init__(self, provider: Provider, why: str) -> None:
        super().__init__(name=provider.name)
        self.why = why
