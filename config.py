"""The environment, read once. A wrong value ends the start with a sentence that says what to do."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
MIN_SECRET_LENGTH = 32
OIDC = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME", "LINK_BY_EMAIL", "PASSWORDS_ONLY_FOR")
LOCAL_ISSUERS = {("http", "127.0.0.1"), ("http", "localhost")}  # for trying it out


class ConfigurationError(Exception):
    """A setting is missing or unusable; the message is shown to the operator as it is."""


@dataclass(frozen=True)
class SingleSignOn:
    """The company's OpenID provider, and what its word is worth here.

    `name` stands on the button. `links_by_email` lets an open account that was never linked be
    linked once by an address the provider has verified. `passwords_only_for` are the addresses
    (casefolded) whose passwords still open the door; empty: everybody's do.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    links_by_email: bool
    passwords_only_for: frozenset[str]


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides.

    `database_url` is an SQLAlchemy address, `mail_url` is `smtp://user:password@host:port` or
    None (mails go to the console and the outbox page), `queue_url` names the doorbell between web
    server and worker. `trusted_proxies` counts the reverse proxies in front of the server.
    `http_calendars` lets people bring busy times from unencrypted addresses.
    `survey_keys` is the folder of the keys of open survey waves, outside the database; several
    hosts of one company share it. `erased_list` is the file of those who were erased, kept apart
    from the database and its backups, so that a restored one does not bring them back.
    """

    production: bool
    database_url: str
    queue_url: str
    mail_url: str | None
    mail_from: str
    base_url: str
    secret_key: str
    instance: Path
    survey_keys: Path
    erased_list: Path
    trusted_proxies: int
    demo_allowed: bool
    http_calendars: bool
    single_sign_on: SingleSignOn | None = None

    def takes_password_of(self, email: str) -> bool:
        """Whether a password opens the account of this address (as it is stored)."""
        chosen = self.single_sign_on
        return chosen is None or not chosen.passwords_only_for or email in chosen.passwords_only_for

    @property
    def is_https(self) -> bool:
        """Whether people reach the program through https (cookies are marked Secure then)."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """Host and port of the address people use, as a browser sends it."""
        return urlsplit(self.base_url).netloc


def settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (default: the process). Raises ConfigurationError."""
    env = os.environ if environ is None else environ
    production = _switch(env, "TANDEM_PRODUCTION", default=False)
    instance = Path(env.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = _number(env, "PORT", default=8000, low=1, high=65535)

    return Settings(
        production=production,
        database_url=_database_url(env.get("DATABASE_URL", ""), instance),
        queue_url=env.get("QUEUE_URL") or f"sqlite:///{instance / 'queue.db'}",
        mail_url=env.get("MAIL_URL") or None,
        mail_from=env.get("MAIL_FROM") or "Tandem <tandem@localhost>",
        base_url=_base_url(env.get("BASE_URL", ""), port, production=production),
        secret_key=_secret_key(env.get("SECRET_KEY", ""), instance, production=production),
        instance=instance,
        survey_keys=Path(env.get("SURVEY_KEYS") or instance / "survey-keys").resolve(),
        erased_list=Path(env.get("ERASED_LIST") or instance / "erased.jsonl").resolve(),
        trusted_proxies=_number(env, "TRUSTED_PROXIES", default=0, low=0, high=5),
        demo_allowed=not production,
        http_calendars=_switch(env, "TANDEM_HTTP_CALENDARS", default=False),
        single_sign_on=_single_sign_on(env),
    )


def _switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ConfigurationError(f"{name} must be 1 or 0, not {text!r}.")


def _number(env: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ConfigurationError(f"{name} must be a number from {low} to {high}, not {text!r}.")
    return int(text)


def _database_url(text: str, instance: Path) -> str:
    if not text:
        return f"sqlite:///{instance / 'tandem.db'}"
    for old in ("postgres://", "postgresql://"):
        if text.startswith(old):
            return "postgresql+psycopg://" + text.removeprefix(old)
    if text.startswith(("sqlite:///", "postgresql+psycopg://")):
        return text
    raise ConfigurationError("DATABASE_URL must start with sqlite:/// or postgresql://.")


def _base_url(text: str, port: int, *, production: bool) -> str:
    if not text:
        if production:
            raise ConfigurationError("Set BASE_URL to the address people use, https://… included.")
        return f"http://127.0.0.1:{port}"
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ConfigurationError(f"BASE_URL must look like https://tandem.example, not {text!r}.")
    return text.rstrip("/")


def _single_sign_on(env: Mapping[str, str]) -> SingleSignOn | None:
    given = {name: env.get(f"OIDC_{name}", "").strip() for name in OIDC}
    if not given["ISSUER"]:
        if any(given.values()):
            raise ConfigurationError("Set OIDC_ISSUER as well: without it no OIDC_… has a meaning.")
        return None
    issuer = urlsplit(given["ISSUER"])
    is_safe = issuer.scheme == "https" or (issuer.scheme, issuer.hostname) in LOCAL_ISSUERS
    if not is_safe or not issuer.netloc or issuer.query or issuer.fragment:
        raise ConfigurationError("OIDC_ISSUER must look like https://login.example/realms/company.")
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        if not given[name]:
            raise ConfigurationError(f"Set OIDC_{name}, as the provider gave it to you.")
    return SingleSignOn(
        issuer=given["ISSUER"],
        client_id=given["CLIENT_ID"],
        client_secret=given["CLIENT_SECRET"],
        name=given["NAME"][:40] or issuer.hostname or "",
        links_by_email=_switch(env, "OIDC_LINK_BY_EMAIL", default=False),
        passwords_only_for=_addresses(given["PASSWORDS_ONLY_FOR"]),
    )


def _addresses(text: str) -> frozenset[str]:
    found = frozenset(part.strip().casefold() for part in text.split(",") if part.strip())
    if wrong := sorted(part for part in found if "@" not in part):
        raise ConfigurationError(
            f"OIDC_PASSWORDS_ONLY_FOR must list e-mail addresses, not {wrong[0]!r}."
        )
    return found


def _secret_key(text: str, instance: Path, *, production: bool) -> str:
    if text:
        if production and len(text) < MIN_SECRET_LENGTH:
            raise ConfigurationError(f"SECRET_KEY needs at least {MIN_SECRET_LENGTH} characters.")
        return text
    file = instance / "secret_key"
    if not file.exists():
        if production:
            raise ConfigurationError(
                "Set SECRET_KEY (python3 -c 'import secrets; print(secrets.token_hex(32))')."
            )
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="ascii")
    return file.read_text(encoding="ascii").strip()
