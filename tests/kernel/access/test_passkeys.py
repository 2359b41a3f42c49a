"""Prove that passkeys, of an authenticator written here, let their officers in and nobody else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from tidewaiter.kernel.access import Actor, SignedIn, new_totp, passkeys
from tidewaiter.kernel.access.passkeys import site
from tidewaiter.kernel.errors import Conflict, NotSignedIn, SettingFault

if TYPE_CHECKING:
    from tests.kernel.access.conftest import House

ORIGIN = "https://node.example"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
EDDSA, ES256 = -8, -7


def text(data: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def octets(data: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))


class SoftKey:
    """An authenticator in software: one credential, attestation `none`; every part can be made wrong."""

    def __init__(self, algorithm: int = ES256) -> None:
        self.algorithm = algorithm
        self.credential = hashlib.sha256(str(id(self)).encode()).digest()
        self.count = 0
        self.user: bytes | None = None
        self.origin, self.host = ORIGIN, "node.example"
        self.flags = PRESENT | VERIFIED
        self.counts = True
        self.ed = ed25519.Ed25519PrivateKey.generate()
        self.ec = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: str) -> str:
        """Make the credential, and answer `create`."""
        asked = json.loads(options)
        self.user = octets(asked["user"]["id"])
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(self._cose())
        said = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | ATTESTED) + attested}
        response = {"attestationObject": text(cbor2.dumps(said)), "clientDataJSON": text(self._client("create", asked))}
        return self._answer(response)

    def answer(self, options: str) -> str:
        """Answer `get`."""
        data, client = self._data(self.flags), self._client("get", json.loads(options))
        signed = data + hashlib.sha256(client).digest()
        signature = self.ed.sign(signed) if self.algorithm == EDDSA else self.ec.sign(signed, ec.ECDSA(SHA256()))
        response = {
            "authenticatorData": text(data),
            "clientDataJSON": text(client),
            "signature": text(signature),
            "userHandle": None if self.user is None else text(self.user),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, Any]) -> str:
        """Wrap a response as browsers do."""
        name = text(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        """Return the client data."""
        said = {"type": f"webauthn.{kind}", "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _data(self, flags: int) -> bytes:
        """Return the authenticator data without a credential."""
        self.count += self.counts
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _cose(self) -> dict[int, Any]:
        """Return the public key as COSE has it."""
        if self.algorithm == EDDSA:
            return {1: 1, 3: EDDSA, -1: 6, -2: self.ed.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)}
        point = self.ec.public_key().public_numbers()
        return {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


def register(house: House, key: SoftKey, name: str = "first", actor: Actor | None = None) -> int:
    """Register a passkey."""
    actor = actor or Actor(officer=name, via="account")
    with house.begin() as deed:
        options = house.access.factors.passkey_options(deed, actor)
    return house.access.factors.add_passkey(actor, key.make(options), label="a key")


def enter(house: House, key: SoftKey) -> SignedIn:
    """Sign in with a passkey."""
    return house.access.sign_in.with_passkey(key.answer(house.access.sign_in.passkey_options()))


@pytest.fixture
def key(house: House) -> SoftKey:
    """Give a passkey of an officer's."""
    house.officer("first", "supervisor")
    made = SoftKey()
    register(house, made)
    return made


@pytest.mark.parametrize("algorithm", [ES256, EDDSA], ids=["es256", "eddsa"])
def a_passkey_lets_its_officer_in_with_both_factors_at_once(house: House, algorithm: int) -> None:
    house.officer("first", "supervisor")
    key = SoftKey(algorithm)
    register(house, key)
    made = enter(house, key)
    assert (made.session.officer, made.session.method) == ("first", "passkey")
    actor = house.access.actor_by_token(made.token, now=house.now)
    house.access.authorise(actor, "approval.give", now=house.now)
    assert enter(house, key).session.officer == "first"


def the_options_ask_for_verification_and_name_nobody(house: House, key: SoftKey) -> None:
    asked = json.loads(house.access.sign_in.passkey_options())
    assert (asked["rpId"], asked["userVerification"], asked["allowCredentials"]) == ("node.example", "required", [])
    assert len(octets(asked["challenge"])) == 32
    other = json.loads(house.access.sign_in.passkey_options())
    assert other["challenge"] != asked["challenge"]
    actor = house.access.actor_by_token(enter(house, key).token, now=house.now)
    with house.begin() as deed:
        made = json.loads(house.access.factors.passkey_options(deed, actor))
        pseudonym = house.access.register.active(deed.connection, "first").pseudonym
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert [octets(one["id"]) for one in made["excludeCredentials"]] == [key.credential]
    assert pseudonym not in octets(made["user"]["id"])


def an_answer_is_good_once(house: House, key: SoftKey) -> None:
    answer = key.answer(house.access.sign_in.passkey_options())
    house.access.sign_in.with_passkey(answer)
    with pytest.raises(NotSignedIn, match="too late, or twice"):
        house.access.sign_in.with_passkey(answer)


def a_challenge_is_used_up_by_an_answer_that_does_not_hold(house: House, key: SoftKey) -> None:
    options = house.access.sign_in.passkey_options()
    key.flags = PRESENT
    with pytest.raises(NotSignedIn, match="does not hold"):
        house.access.sign_in.with_passkey(key.answer(options))
    key.flags = PRESENT | VERIFIED
    with pytest.raises(NotSignedIn, match="too late, or twice"):
        house.access.sign_in.with_passkey(key.answer(options))
    assert [said["factor"] for kind, said in house.events if kind == "sign-in.failed"] == ["passkey"]


def a_challenge_expires_in_time(house: House, key: SoftKey) -> None:
    options = house.access.sign_in.passkey_options()
    house.wait(seconds=300)
    with pytest.raises(NotSignedIn, match="too late"):
        house.access.sign_in.with_passkey(key.answer(options))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://node.example.evil.example"),
        ("origin", "http://node.example"),
        ("host", "evil.example"),
        ("flags", PRESENT),
        ("flags", VERIFIED),
        ("flags", 0),
        ("user", b"somebody else"),
    ],
)
def nothing_wrong_in_an_answer_lets_anybody_in(house: House, key: SoftKey, name: str, value: object) -> None:
    setattr(key, name, value)
    with pytest.raises(NotSignedIn, match="does not hold"):
        enter(house, key)
    with house.database.reading() as connection:
        assert house.access.sessions.of(connection, None, house.now) == []


def a_count_that_does_not_grow_is_refused_and_one_that_never_does_is_not(house: House, key: SoftKey) -> None:
    enter(house, key)
    key.counts = False
    with pytest.raises(NotSignedIn, match="does not hold"):
        enter(house, key)
    key.count = 1
    with pytest.raises(NotSignedIn, match="does not hold"):
        enter(house, key)
    key.count = 3
    enter(house, key)
    house.officer("kim", "auditor")
    synchronised = SoftKey()
    synchronised.counts = False
    register(house, synchronised, "kim")
    enter(house, synchronised)
    assert enter(house, synchronised).session.officer == "kim"


def a_count_is_good_once_however_many_answer_with_it_at_once(
    house: House, key: SoftKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (house.access.sign_in.passkey_options() for _ in range(2))
    first = key.answer(one)
    key.count -= 1
    second = key.answer(two)
    plain, done = passkeys.verify_authentication, []

    def meanwhile(*given: Any, **named: Any) -> int:
        monkeypatch.setattr(passkeys, "verify_authentication", plain)
        done.append(house.access.sign_in.with_passkey(second))
        return plain(*given, **named)

    monkeypatch.setattr(passkeys, "verify_authentication", meanwhile)
    with pytest.raises(NotSignedIn):
        house.access.sign_in.with_passkey(first)
    assert len(done) == 1


def a_signature_by_another_key_is_refused(house: House, key: SoftKey) -> None:
    key.ec = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(NotSignedIn, match="does not hold"):
        enter(house, key)


def a_passkey_that_nobody_registered_lets_nobody_in(house: House, key: SoftKey) -> None:
    with pytest.raises(NotSignedIn):
        enter(house, SoftKey())


def a_passkey_of_who_has_left_lets_nobody_in(house: House, key: SoftKey) -> None:
    house.officer("second", "administrator")
    options = house.access.sign_in.passkey_options()
    house.leave("first")
    with pytest.raises(NotSignedIn):
        house.access.sign_in.with_passkey(key.answer(options))


def a_challenge_for_one_use_is_good_for_no_other(house: House, key: SoftKey) -> None:
    made = enter(house, key)
    step_up = house.access.sign_in.passkey_options(token=made.token)
    with pytest.raises(NotSignedIn, match="too late, or twice"):
        house.access.sign_in.with_passkey(key.answer(step_up))
    sign_in = house.access.sign_in.passkey_options()
    with pytest.raises(NotSignedIn, match="too late, or twice"):
        house.access.sign_in.step_up_with_passkey(made.token, key.answer(sign_in))
    house.access.actor_by_token(made.token, now=house.now)


def a_session_is_stepped_up_by_its_own_officers_passkey_alone(house: House, key: SoftKey) -> None:
    house.officer("kim", "supervisor")
    other = SoftKey()
    register(house, other, "kim")
    made = enter(house, key)
    house.wait(minutes=10)
    options = house.access.sign_in.passkey_options(token=made.token)
    assert [octets(one["id"]) for one in json.loads(options)["allowCredentials"]] == [key.credential]
    with pytest.raises(NotSignedIn):
        house.access.sign_in.step_up_with_passkey(made.token, other.answer(options))
    options = house.access.sign_in.passkey_options(token=made.token)
    after = house.access.sign_in.step_up_with_passkey(made.token, key.answer(options))
    assert after.token != made.token
    actor = house.access.actor_by_token(after.token, now=house.now)
    house.access.authorise(actor, "approval.give", now=house.now)
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(made.token, now=house.now)


def a_passkey_is_registered_once_and_by_who_asked(house: House, key: SoftKey) -> None:
    actor = house.access.actor_by_token(enter(house, key).token, now=house.now)
    with pytest.raises(Conflict, match="already"):
        register(house, key, actor=actor)
    house.officer("kim", "auditor")
    kim = Actor(officer="kim", via="account")
    with house.begin() as deed:
        options = house.access.factors.passkey_options(deed, actor)
    with pytest.raises(NotSignedIn, match="too late, or twice"):
        house.access.factors.add_passkey(kim, SoftKey().make(options))


@pytest.mark.parametrize(
    ("name", "value"), [("origin", "https://evil.example"), ("host", "evil.example"), ("flags", PRESENT)]
)
def no_passkey_is_registered_whose_making_does_not_hold(house: House, name: str, value: object) -> None:
    house.officer("first")
    key = SoftKey()
    setattr(key, name, value)
    with pytest.raises(NotSignedIn, match="does not hold"):
        register(house, key)


def an_officer_with_a_passkey_needs_it_to_change_factors(house: House, key: SoftKey) -> None:
    with pytest.raises(NotSignedIn, match="second factor"):
        register(house, SoftKey())
    secret = house.secrets["first"] = new_totp()
    with house.begin() as deed, pytest.raises(NotSignedIn, match="second factor"):
        house.access.factors.add_totp(deed, Actor(officer="first", via="account"), secret, house.code("first"))
    made = enter(house, key)
    actor = house.access.actor_by_token(made.token, now=house.now)
    second = SoftKey()
    register(house, second, actor=actor)
    assert enter(house, second).session.officer == "first"


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id":1}', "\ud800", "x" * 70_000, '{"response":{}}'])
def no_malformed_answer_is_more_than_a_refusal(house: House, key: SoftKey, answer: str) -> None:
    with pytest.raises(NotSignedIn):
        house.access.sign_in.with_passkey(answer)
    with pytest.raises(NotSignedIn):
        house.access.factors.add_passkey(Actor(officer="first", via="account"), answer)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(part=some.sampled_from(["authenticatorData", "clientDataJSON", "signature"]), bit=some.integers(0, 4_095))
def every_bit_that_is_flipped_in_an_answer_is_noticed(house: House, key: SoftKey, part: str, bit: int) -> None:
    answer = json.loads(key.answer(house.access.sign_in.passkey_options()))
    changed = bytearray(octets(answer["response"][part]))
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    answer["response"][part] = text(bytes(changed))
    with pytest.raises(NotSignedIn):
        house.access.sign_in.with_passkey(json.dumps(answer))


def no_challenges_pile_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidewaiter.kernel.access.factors.CHALLENGES_MAX", 5)
    from tidewaiter.kernel.access._store.tables import challenge  # noqa: PLC0415 - here alone

    for _ in range(20):
        house.wait(seconds=1)
        house.access.sign_in.passkey_options()
    with house.database.reading() as connection:
        assert len(connection.execute(challenge.select()).all()) == 5


@pytest.mark.parametrize(
    "origin", ["", "node.example", "http://node.example", "https://node.example/", "https://u@node.example", "https://"]
)
def no_passkey_is_asked_for_without_an_origin_that_is_safe(make_house: Callable[..., House], origin: str) -> None:
    house = make_house(web_origin=origin)
    with pytest.raises(SettingFault, match="web_origin"):
        house.access.sign_in.passkey_options()


def a_node_on_this_machine_needs_no_tls() -> None:
    assert site("http://localhost:8700").host == "localhost"
