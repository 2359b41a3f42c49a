"""Reach witnesses and partners' logs over HTTP: bounded, no redirects, TLS verified.

`transport` posts to a witness as C2SP tlog-witness says; `RemoteLog` reads a log as C2SP tlog-tiles does. Nothing that
comes back is believed here: signatures and hashes are for those who asked.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
import weakref
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx

from tidewaiter.kernel.errors import LogFault, NotFound, SettingFault
from tidewaiter.kernel.log.asking import ANSWER_BYTES_MAX, Transport
from tidewaiter.kernel.log.notes import NOTE_BYTES_MAX
from tidewaiter.kernel.log.tiles import ENTRIES, ENTRY_BYTES_MAX, Tile, TileSource
from tidewaiter.kernel.log.tree import HASH_BYTES
from tidewaiter.kernel.log.waiting import begin
from tidewaiter.kernel.log.witness import PATH, Answer

if TYPE_CHECKING:
    from tidewaiter.kernel.settings import Settings

CHECKPOINT = "checkpoint"

_AGENT = "tidewaiter"
_GZIP = zlib.MAX_WBITS | 16
_LOOPBACK_NAME = "localhost"


def transport(url: str, settings: Settings) -> Transport:
    """Return what posts to the witness at a URL prefix; raises SettingFault where that is no usable address.

    What it returns raises OSError where the witness cannot be reached or does not answer in time.
    """
    client = _client(url, settings)

    def post(body: bytes) -> Answer:
        """Post a request, and return the answer: at most one byte more than a witness may say."""
        request = client.build_request("POST", PATH, content=body, headers={"accept-encoding": "identity"})
        status, headers, said = _asked(client, request, ANSWER_BYTES_MAX + 1, settings.remote_seconds_max)
        return Answer(status, said, headers.get("content-type", ""))

    weakref.finalize(post, client.close)
    return post


def fetch(url: str, settings: Settings, token: str = "") -> TileSource:
    """Return what fetches tiles of the log at a URL prefix."""
    return RemoteLog(url, settings, token).tile


class RemoteLog:
    """A log of somebody else, read over HTTP. Raises NotFound for what is not there, LogFault where it cannot be had.

    A `token` is sent as a bearer token, over TLS or to this machine itself alone.
    """

    def __init__(self, url: str, settings: Settings, token: str = "") -> None:
        self.url = url
        self.bytes = 0
        """How many bytes were received, as they came over the line."""
        self._seconds = settings.remote_seconds_max
        self._client = _client(url, settings, token)
        self._finalizer = weakref.finalize(self, self._client.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._finalizer()

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint, as it was sent."""
        return self._get(CHECKPOINT, NOTE_BYTES_MAX)

    def tile(self, tile: Tile) -> bytes:
        """Return a tile or a bundle of entries, as it was sent, but never more bytes than one can have."""
        return self._get(tile.path, tile.width * (HASH_BYTES if tile.level != ENTRIES else ENTRY_BYTES_MAX + 2))

    def _get(self, path: str, bytes_max: int) -> bytes:
        """Fetch a file of the log."""
        request = self._client.build_request("GET", path, headers={"accept-encoding": "gzip, identity"})
        try:
            status, headers, said = _asked(self._client, request, bytes_max + 1, self._seconds)
        except OSError as unreachable:
            message = f"The log at {self.url} cannot be reached: {type(unreachable).__name__}."
            raise LogFault(message, "Try again later; what was fetched so far is kept.") from None
        self.bytes += len(said)
        if status == HTTPStatus.NOT_FOUND:
            message = f"The log at {self.url} has no {path}."
            raise NotFound(message)
        if status != HTTPStatus.OK:
            message = f"The log at {self.url} answered with status {status} when it was asked for {path}."
            raise LogFault(message, _REMEDIES.get(status, "Ask its people."))
        data = _unpacked(said, bytes_max + 1) if headers.get("content-encoding", "").lower() == "gzip" else said
        if len(data) > bytes_max or len(said) > bytes_max:
            message = f"The log at {self.url} sent more than {bytes_max:,} bytes as {path}."
            raise LogFault(message)
        return data


_REMEDIES: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Its people give a token to those who may read it.",
    HTTPStatus.FORBIDDEN: "Its people say who may read it.",
}


def _client(url: str, settings: Settings, token: str = "") -> httpx.Client:
    """Return a client for one partner, that goes where it is told and nowhere else."""
    try:
        base = httpx.URL(url.rstrip("/") + "/")
        usable = base.scheme in {"http", "https"} and bool(base.host) and not (base.userinfo or base.query)
    except (httpx.InvalidURL, UnicodeError):
        usable = False
    if not usable:
        message = f"{url!r} is not the address of a witness or a log."
        raise SettingFault(message, "Write https://, a host, and the path up to what the standard names.")
    headers = {"user-agent": _AGENT}
    if token:
        if base.scheme != "https" and not _is_loopback(base.host):
            message = f"A token is not sent to {url}, because others could read it on the way."
            raise SettingFault(message, "Give an address that begins with https://.")
        headers["authorization"] = f"Bearer {token}"
    return httpx.Client(
        base_url=base,
        headers=headers,
        verify=_trust(settings.tls_authorities),
        timeout=settings.remote_seconds_max,
        follow_redirects=False,
        trust_env=False,  # no proxy, no password of a file in somebody's home
    )


@lru_cache(maxsize=4)
def _trust(authorities: str) -> ssl.SSLContext:
    """Return what verifies the other side's certificate: by the authorities of a file, or by the system's."""
    try:
        made = ssl.create_default_context(cafile=authorities or None)
    except (OSError, ssl.SSLError) as wrong:
        message = f"tls_authorities names {authorities!r}, which cannot be read: {type(wrong).__name__}."
        raise SettingFault(message, "Give a file of certificates in PEM form.") from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def _is_loopback(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _LOOPBACK_NAME


def _asked(
    client: httpx.Client, request: httpx.Request, bytes_max: int, seconds_max: float
) -> tuple[int, httpx.Headers, bytes]:
    """Send a request, and return status, headers, and at most so many bytes of the body, as they were sent.

    Raises OSError where there is no answer, or not all of it in time.
    """
    until = time.monotonic() + seconds_max

    def ask() -> tuple[int, httpx.Headers, bytes]:
        """Send the request and read what comes."""
        try:
            answer = client.send(request, stream=True)
            try:
                return answer.status_code, answer.headers, _first(answer.iter_raw(), bytes_max, until)
            finally:
                answer.close()
        except httpx.TimeoutException:
            raise TimeoutError from None
        except httpx.HTTPError as failed:
            raise _cause(failed) from None

    return begin(ask).result(seconds_max)  # the client's own limit is one for each read, so many small ones pass it


def _first(chunks: Iterator[bytes], bytes_max: int, until: float) -> bytes:
    """Return the first bytes of a body; raises TimeoutError where they do not come in time."""
    found = bytearray()
    for chunk in chunks:
        found += chunk[: bytes_max - len(found)]
        if len(found) >= bytes_max:
            break
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(found)


def _cause(failed: httpx.HTTPError) -> OSError:
    """Return an error of the operating system's kind for one of the client's: the one that is behind it, if one is."""
    below: BaseException | None = failed
    while below is not None:
        if isinstance(below, OSError):
            return below
        below = below.__cause__ or below.__context__
    return ConnectionError(type(failed).__name__)


def _unpacked(packed: bytes, bytes_max: int) -> bytes:
    """Unpack gzip, but never more than so many bytes; raises LogFault where it is none or ends early."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        data = unpacker.decompress(packed, bytes_max)
    except zlib.error:
        data = b""
    if not unpacker.eof and len(data) < bytes_max:
        message = "What the log sent as gzip is damaged."
        raise LogFault(message)
    return data
