"""Which addresses a calendar may be fetched from: their form, and where they may lead."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import quote, urlsplit

from app.domain.refusals import N_, Invalid

MAX_ADDRESS = 2000  # characters
_SCHEMES = {"https": "https", "webcal": "https", "webcals": "https", "http": "http"}
_PORTS = {"https": 443, "http": 80}
_KEPT_IN_PATH = "/%:@!$&'()*+,;=~-._"
_KEPT_IN_QUERY = _KEPT_IN_PATH + "?"

_GLOBAL_IPV6 = IPv6Network("2000::/3")
_MISLEADING_IPV6 = (
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address inside
    IPv6Network("2001::/32"),  # Teredo: the same
    IPv6Network("3fff::/20"),  # documentation, unknown to older tables
)
_SPECIAL_IPV4 = (
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv4Network("192.0.0.0/24"),  # protocols, not hosts
)


class UnusableAddress(Invalid):
    """Not an address that calendars are fetched from."""

    msgid = N_("Please enter an address that begins with https:// or webcal://.")


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address: `host` in ASCII, `target` is its path with the query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        """The address as text."""
        return f"{self.scheme}://{self.host_header}{self.target}"

    @property
    def host_header(self) -> str:
        """Host, and port where it is not the usual one, as a request names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse(text: str, *, is_http_allowed: bool = False, is_any_port: bool = False) -> Address:
    """Read an address somebody typed; `webcal:` means https. Raises UnusableAddress.

    Only the usual ports unless `is_any_port`, no name or password in it.
    """
    text = text.strip()
    if len(text) > MAX_ADDRESS or any(ord(sign) <= ord(" ") or sign == "\\" for sign in text):
        raise UnusableAddress
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise UnusableAddress from None
    scheme = _SCHEMES.get(parts.scheme.lower())
    if scheme is None or (scheme == "http" and not is_http_allowed):
        raise UnusableAddress
    is_port_fine = is_any_port or port in {None, *_PORTS.values()}
    if "@" in parts.netloc or not is_port_fine:
        raise UnusableAddress

    target = quote(parts.path or "/", safe=_KEPT_IN_PATH)
    if parts.query:
        target += "?" + quote(parts.query, safe=_KEPT_IN_QUERY)
    return Address(scheme, _ascii_host(host), port or _PORTS[scheme], target)


def _ascii_host(host: str) -> str:
    if ":" in host and "%" not in host:
        return host  # an IPv6 address; one with an interface is nobody's public address
    try:
        plain = host.encode("idna").decode("ascii").rstrip(".").lower()
    except UnicodeError:
        raise UnusableAddress from None
    if not plain or not all(sign.isalnum() or sign in ".-_" for sign in plain):
        raise UnusableAddress
    return plain


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it lies in the public network, judged by the IPv4 address where one is hidden in it.

    The standard library alone calls some ways back to ourselves global.
    """
    if isinstance(address, IPv4Address):
        is_special = address.is_multicast or any(address in network for network in _SPECIAL_IPV4)
        return address.is_global and not is_special
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    return (
        address in _GLOBAL_IPV6
        and address.is_global
        and not any(address in network for network in _MISLEADING_IPV6)
    )
