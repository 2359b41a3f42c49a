"""Prove that nothing said over HTTP costs more than its bounds, and that TLS is insisted upon."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.kernel.log.keys import LOG, entries_to

from tidewaiter.kernel.errors import LogFault, NotFound, SettingFault
from tidewaiter.kernel.log.asking import ANSWER_BYTES_MAX
from tidewaiter.kernel.log.http import RemoteLog, fetch, transport
from tidewaiter.kernel.log.tiles import ENTRIES, Tile, bundle
from tidewaiter.kernel.settings import Settings

QUICK = Settings(remote_seconds_max=10.0)
HURRIED = Settings(remote_seconds_max=1.0)
Serve = Callable[[socket.socket], None]


@contextmanager
def answering(serve: Serve, context: ssl.SSLContext | None = None, heads: list[bytes] | None = None) -> Iterator[str]:
    """Answer every connection on loopback in the given way, and give the address; note what was asked in `heads`."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def one(line: socket.socket) -> None:
        with line:
            line.settimeout(10)
            try:
                served = line if context is None else context.wrap_socket(line, server_side=True)
                with served:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        head += served.recv(65_536) or b"\r\n\r\n"
                    if heads is not None:
                        heads.append(head)
                    serve(served)
            except OSError:
                pass

    def accept() -> None:
        while not over.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(line,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def saying(status: str, body: bytes = b"", *headers: str) -> Serve:
    """Answer with a status, a body, and headers."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()

    def serve(line: socket.socket) -> None:
        line.sendall(head + body)

    return serve


def an_answer_comes_back_as_it_was_said() -> None:
    with answering(saying("409 Conflict", b"12\n", "content-type: text/x.tlog.size")) as url:
        answer = transport(f"{url}/witness", QUICK)(b"old 0\n")
        assert (answer.status, answer.body, answer.content_type) == (409, b"12\n", "text/x.tlog.size")


def a_redirect_is_not_followed() -> None:
    with answering(saying("307 Temporary Redirect", b"", "location: http://127.0.0.1:9/")) as url:
        assert transport(url, QUICK)(b"").status == 307
        with pytest.raises(LogFault, match="status 307"):
            RemoteLog(url, QUICK).checkpoint()


def an_answer_that_never_ends_is_cut_off() -> None:
    def endless(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(bytes(65_536))

    with answering(endless) as url:
        assert len(transport(url, QUICK)(b"").body) == ANSWER_BYTES_MAX + 1
        with pytest.raises(LogFault, match="more than 8,192 bytes"):
            RemoteLog(url, QUICK).tile(Tile(0, 0))


def dripping(first: bytes) -> Serve:
    """Say one byte now and then, for ever."""

    def serve(line: socket.socket) -> None:
        line.sendall(first)
        while True:
            line.sendall(b"a")
            time.sleep(0.1)

    return serve


DRIPS = {
    "nothing": lambda _line: time.sleep(8),
    "a status": dripping(b"HTTP/1.1 200"),
    "a head": dripping(b"HTTP/1.1 200 OK\r\nx: "),
    "a body": dripping(b"HTTP/1.1 200 OK\r\n\r\n"),
}


@pytest.mark.parametrize("serve", DRIPS.values(), ids=DRIPS)
def an_answer_that_comes_too_slowly_is_not_waited_for(serve: Serve) -> None:
    with answering(serve) as url:
        with pytest.raises(TimeoutError):
            transport(url, HURRIED)(b"")
        with pytest.raises(LogFault, match="TimeoutError"):
            RemoteLog(url, HURRIED).checkpoint()


NONSENSE = {
    "no HTTP": b"SSH-2.0-x\r\n\r\n",
    "nothing": b"",
    "half a body": b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n123",
    "a length that is none": b"HTTP/1.1 200 OK\r\ncontent-length: ten\r\n\r\n1",
    "a chunk that is none": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300_000,
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def an_answer_that_is_none_is_as_no_answer(said: bytes) -> None:
    with answering(lambda line: line.sendall(said)) as url:
        with pytest.raises(OSError, match=r".*"):
            transport(url, QUICK)(b"")
        with pytest.raises(LogFault, match="cannot be reached"):
            RemoteLog(url, QUICK).checkpoint()


def a_server_that_is_not_there_is_said_as_that() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(ConnectionRefusedError):
        transport(url, QUICK)(b"")
    with pytest.raises(LogFault, match="ConnectionRefusedError"):
        RemoteLog(url, QUICK).checkpoint()


def what_the_log_has_not_and_what_it_refuses_are_two_things() -> None:
    with answering(saying("404 Not Found")) as url, pytest.raises(NotFound):
        RemoteLog(url, QUICK).tile(Tile(0, 0))
    with answering(saying("401 Unauthorized")) as url, pytest.raises(LogFault, match="status 401") as refused:
        RemoteLog(url, QUICK).tile(Tile(0, 0))
    assert "token" in refused.value.remedy


def a_packed_bundle_is_unpacked_within_its_bounds() -> None:
    data = bundle(entries_to(256))
    for packed in (gzip.compress(data), gzip.compress(data) + b"more"):
        with answering(saying("200 OK", packed, "content-encoding: gzip")) as url:
            assert fetch(url, QUICK)(Tile(ENTRIES, 0)) == data
    for wrong in (gzip.compress(data)[:-9], b"no gzip", b""):
        with answering(saying("200 OK", wrong, "content-encoding: gzip")) as url, pytest.raises(LogFault, match="gzip"):
            fetch(url, QUICK)(Tile(ENTRIES, 0))
    bomb = gzip.compress(bytes(200_000_000))
    with answering(saying("200 OK", bomb, "content-encoding: gzip")) as url, pytest.raises(LogFault, match="more than"):
        fetch(url, Settings())(Tile(ENTRIES, 0))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://a.example/",
        "http://",
        "https:///log",
        "http://u:p@a.example/",
        "http://a.example/?x=1",
        "http://[::1",
    ],
)
def an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(SettingFault):
        transport(url, QUICK)
    with pytest.raises(SettingFault):
        RemoteLog(url, QUICK)


def a_token_is_sent_over_tls_or_to_this_machine_alone() -> None:
    heads: list[bytes] = []
    with answering(saying("200 OK"), heads=heads) as url:
        RemoteLog(url, QUICK, "secret").checkpoint()
        RemoteLog(url, QUICK).checkpoint()
    assert [b"authorization: bearer secret\r\n" in head.lower() for head in heads] == [True, False]
    for fine in ("https://a.example/log", "http://localhost:1/", "http://[::1]:1/"):
        RemoteLog(fine, QUICK, "secret").close()
    for wrong in ("http://a.example/log", "http://10.0.0.1/", "http://localhost.example/"):
        with pytest.raises(SettingFault, match="token") as refused:
            RemoteLog(wrong, QUICK, "secret")
        assert "secret" not in str(refused.value)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """Give a server's side of TLS on 127.0.0.1, and the file of the certificate that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context, certificate


def a_witness_is_believed_to_be_who_it_is_only_with_a_certificate_that_is_trusted(
    tls: tuple[ssl.SSLContext, Path],
) -> None:
    context, certificate = tls
    with answering(saying("200 OK", b"yes"), context) as url:
        with pytest.raises(ssl.SSLCertVerificationError):
            transport(url, QUICK)(b"")
        with pytest.raises(LogFault, match="SSLCertVerificationError"):
            RemoteLog(url, QUICK, "secret").checkpoint()
        trusting = Settings(remote_seconds_max=5.0, tls_authorities=str(certificate))
        assert transport(url, trusting)(b"").body == b"yes"
        with pytest.raises(ssl.SSLCertVerificationError):  # the right certificate of another host
            transport(url.replace("127.0.0.1", "localhost"), trusting)(b"")


def a_file_of_authorities_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nothing")
    for name in ("x.pem", "gone.pem"):
        with pytest.raises(SettingFault, match="tls_authorities"):
            transport("https://a.example/", Settings(tls_authorities=str(tmp_path / name)))


def no_proxy_and_no_password_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login jane password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with answering(saying("200 OK", LOG.key.vkey.encode())) as url:
        assert RemoteLog(url, QUICK).checkpoint() == LOG.key.vkey.encode()
