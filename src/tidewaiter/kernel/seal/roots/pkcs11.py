"""Keep root keys in a hardware module that speaks PKCS#11; needs the extra `hsm`.

Keys are made in the module, sensitive and not extractable. Others are wrapped by encrypting them with AES-GCM, which
binds the context; the key-wrap mechanisms of PKCS#11 have no associated data, and want the other key inside too.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.errors import Conflict, KeyFault

if TYPE_CHECKING:
    from tidewaiter.kernel.seal.root import RootKind
    from tidewaiter.kernel.settings import Settings

_NONCE_BYTES, _TAG_BITS, _PUBLIC_BYTES = 12, 128, 32
_ED25519 = b"\x06\x03\x2b\x65\x70"
"""The object identifier of Ed25519 (RFC 8410) in DER."""

_sessions: dict[tuple[str, str], tuple[Any, int]] = {}
"""One session a token in a process, with how many use it: closing a session logs out all of the process's."""
_turn = threading.RLock()


class Pkcs11Root:
    """Root keys in a token. Calls take turns: a session serves one at a time."""

    kind = "pkcs11"
    protected = True

    def __init__(self, place: tuple[str, str], session: Any, prefix: str) -> None:
        self._place, self._session, self._prefix = place, session, prefix

    def names(self) -> set[str]:
        """Return the names of its keys."""
        pkcs11 = _library()
        with self._asking() as session:
            found = []
            for kind in (pkcs11.ObjectClass.SECRET_KEY, pkcs11.ObjectClass.PRIVATE_KEY):
                found += [one.label for one in session.get_objects({pkcs11.Attribute.CLASS: kind})]
        return {one.removeprefix(self._prefix) for one in found if one.startswith(self._prefix)}

    def generate(self, name: str, kind: RootKind) -> None:
        """Make a key in the token."""
        if name in self.names():
            message = f"The root has a key {name} already."
            raise Conflict(message)
        pkcs11 = _library()
        closed = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
        with self._asking() as session:
            if kind == "wrap":
                session.generate_key(pkcs11.KeyType.AES, 256, label=self._prefix + name, store=True, template=closed)
                return
            curve = session.create_domain_parameters(
                pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _ED25519}, local=True
            )
            curve.generate_keypair(
                mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                label=self._prefix + name,
                store=True,
                private_template=closed,
            )

    def wrap(self, name: str, key: bytes, context: bytes) -> bytes:
        """Wrap a key with AES-256-GCM: nonce, ciphertext, tag."""
        pkcs11, nonce = _library(), os.urandom(_NONCE_BYTES)
        with self._asking() as session:
            own = _only(session, self._prefix + name, pkcs11.ObjectClass.SECRET_KEY)
            how = pkcs11.GCMParams(nonce, context, _TAG_BITS)
            sealed = own.encrypt(key, mechanism=pkcs11.Mechanism.AES_GCM, mechanism_param=how)
        return nonce + bytes(sealed)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key."""
        pkcs11 = _library()
        with self._asking() as session:
            own = _only(session, self._prefix + name, pkcs11.ObjectClass.SECRET_KEY)
            try:
                how = pkcs11.GCMParams(wrapped[:_NONCE_BYTES], context, _TAG_BITS)
                mechanism = pkcs11.Mechanism.AES_GCM
                return bytes(own.decrypt(wrapped[_NONCE_BYTES:], mechanism=mechanism, mechanism_param=how))
            except (pkcs11.PKCS11Error, ValueError, TypeError):
                message = f"A key was not wrapped under the root's key {name}, or for something else."
                raise KeyFault(message, "The key store and the root do not belong together.") from None

    def sign(self, name: str, message: bytes) -> bytes:
        """Sign with Ed25519."""
        pkcs11 = _library()
        with self._asking() as session:
            own = _only(session, self._prefix + name, pkcs11.ObjectClass.PRIVATE_KEY)
            return bytes(own.sign(message, mechanism=pkcs11.Mechanism.EDDSA))

    def public(self, name: str) -> bytes:
        """Return a public key, without the octet string that it stands in."""
        pkcs11 = _library()
        with self._asking() as session:
            own = _only(session, self._prefix + name, pkcs11.ObjectClass.PUBLIC_KEY)
            return bytes(own[pkcs11.Attribute.EC_POINT])[-_PUBLIC_BYTES:]

    def destroy(self, name: str) -> None:
        """Destroy a key in the token."""
        pkcs11 = _library()
        with self._asking() as session:
            found = list(session.get_objects({pkcs11.Attribute.LABEL: self._prefix + name}))
            if not found:
                raise _missing(name)
            for one in found:
                one.destroy()

    def close(self) -> None:
        """Let go of the session; the last one in the process logs out."""
        with _turn:
            session, users = _sessions.get(self._place, (None, 0))
            if users > 1:
                _sessions[self._place] = (session, users - 1)
            elif session is not None:
                del _sessions[self._place]
                session.close()

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        """Give the session, one caller at a time, and say the module's faults as sentences."""
        with _turn:
            try:
                yield self._session
            except _library().PKCS11Error as error:
                message = f"The token {self._place[1]} answered with {type(error).__name__}."
                raise KeyFault(message, "Look at the module's log; `tidewaiter keys check` tries again.") from error


def create_root(settings: Settings) -> Pkcs11Root:
    """Open the token; it is made with the module's own tools."""
    return open_root(settings)


def open_root(settings: Settings) -> Pkcs11Root:
    """Open a session with the token that the settings name, logged in with the PIN of its file."""
    pkcs11 = _library()
    place = (settings.pkcs11_module, settings.pkcs11_token)
    if not all(place) or not settings.pkcs11_pin_file:
        message = "The root is a PKCS#11 token, and it is not said which."
        raise KeyFault(message, "Set pkcs11_module, pkcs11_token and pkcs11_pin_file.")
    try:
        pin = Path(settings.pkcs11_pin_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        message = f"The file with the PIN {settings.pkcs11_pin_file} cannot be read: {error.strerror}."
        raise KeyFault(message, "Check pkcs11_pin_file.") from error
    with _turn:
        session, users = _sessions.get(place, (None, 0))
        if session is None:
            try:
                session = pkcs11.lib(place[0]).get_token(token_label=place[1]).open(user_pin=pin, rw=True)
            except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
                message = f"The token {place[1]} cannot be opened: {type(error).__name__}."
                raise KeyFault(message, "Check the module's path, the token's label and the PIN.") from error
        _sessions[place] = (session, users + 1)
    return Pkcs11Root(place, session, f"{settings.root_prefix or 'tidewaiter'}/")


def _only(session: Any, label: str, kind: Any) -> Any:
    """Return the one object of a label and class."""
    pkcs11 = _library()
    found = list(session.get_objects({pkcs11.Attribute.LABEL: label, pkcs11.Attribute.CLASS: kind}))
    if len(found) != 1:
        raise _missing(label)
    return found[0]


def _missing(name: str) -> KeyFault:
    """Return the fault of a key that is not there."""
    message = f"The root has no key {name} for that."
    return KeyFault(message, "It was destroyed, or this is another node's root.")


def _library() -> Any:
    """Return the library; raises KeyFault where it is not installed."""
    try:
        import pkcs11  # noqa: PLC0415 - an extra that most nodes do not install
    except ImportError:
        message = "The root is a PKCS#11 token, and the library for it is not installed."
        raise KeyFault(message, "Install it: pip install 'tidewaiter[hsm]'.") from None
    return pkcs11
