"""Addresses on the web: which may be called, where a redirect leads, and how one is shown."""

from urllib.parse import urljoin, urlsplit

from schemas.errors import FetchError

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_MENDED = "nothing was sent. Mend the source's location or redirect_hosts, or ask the publisher"


def allowed_host(url: str, hosts: frozenset[str], *, allows_loopback: bool) -> str:
    """Return the host of an address that may be called.

    Raises:
        FetchError: for another scheme than https, a user in the address, another port, or a host not on the list.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_loopback = allows_loopback and host in _LOOPBACK
    if parts.scheme != "https" and not (is_loopback and parts.scheme == "http"):
        raise FetchError(f"{shown(url)}: only https is fetched; {_MENDED}")
    if parts.username is not None or parts.password is not None:
        raise FetchError(f"{shown(url)}: the address holds a user; {_MENDED}")
    if host not in hosts:
        raise FetchError(f"{shown(url)}: the host is not one that the source may call; {_MENDED}")
    if not is_loopback and _port(url) not in {None, 443}:
        raise FetchError(f"{shown(url)}: another port than 443; {_MENDED}")
    return host


def followed(url: str, location: str) -> str:
    """Return where a redirect leads.

    Raises:
        FetchError: when it says nothing, or what is no address.
    """
    try:
        # Header fields come decoded as Latin-1; what is not ASCII in them is UTF-8 by custom.
        target = urljoin(url, location.encode("latin-1").decode("utf-8"))
        _ = urlsplit(target).hostname
    except ValueError as error:
        raise FetchError(f"{shown(url)}: redirects to what is no address; ask the publisher") from error
    if not location:
        raise FetchError(f"{shown(url)}: redirects without saying where; ask the publisher")
    return target


def shown(url: str) -> str:
    """Return an address without user, query and fragment, where secrets and persons may stand."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{parts.path}" if host else f"{parts.scheme or 'the address'}:…"


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError as error:
        raise FetchError(f"{shown(url)}: the address has no valid port") from error
