"""Prove how passwords are hashed, a few at a time, and which are refused."""

from __future__ import annotations

import threading
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tidewaiter.kernel.access.passwords import Passwords, guessed_first
from tidewaiter.kernel.errors import NotSignedIn, SettingFault
from tidewaiter.kernel.settings import Settings

CHEAP = Settings(password_memory_kibibytes=64, password_passes=1, password_lanes=1)
GOOD = "gravel otter lantern"


def a_password_is_verified_and_another_is_not() -> None:
    passwords = Passwords(CHEAP)
    kept = passwords.hash(GOOD)
    assert kept.startswith(b"$argon2id$")
    assert GOOD.encode() not in kept
    assert kept != passwords.hash(GOOD)
    assert passwords.verify(kept, GOOD)
    assert not passwords.verify(kept, GOOD + " ")
    assert not passwords.verify(None, GOOD)
    assert not passwords.verify(b"damaged", GOOD)
    assert not passwords.verify(b"\xff", GOOD)


def a_password_is_the_same_however_the_keyboard_composes_it() -> None:
    passwords = Passwords(CHEAP)
    said = "crème brûlée à midi"
    kept = passwords.hash(unicodedata.normalize("NFD", said))
    assert passwords.verify(kept, unicodedata.normalize("NFC", said))


def a_hash_is_outdated_where_the_settings_ask_for_more() -> None:
    kept = Passwords(CHEAP).hash(GOOD)
    assert not Passwords(CHEAP).outdated(kept)
    assert Passwords(msgspec.structs.replace(CHEAP, password_memory_kibibytes=128)).outdated(kept)
    assert Passwords(msgspec.structs.replace(CHEAP, password_passes=2)).outdated(kept)
    more = Passwords(msgspec.structs.replace(CHEAP, password_passes=2)).hash(GOOD)
    assert not Passwords(CHEAP).outdated(more)


def only_so_many_passwords_are_hashed_at_once() -> None:
    settings = msgspec.structs.replace(CHEAP, password_hashes_max=1, password_wait_seconds_max=0.05)
    passwords = Passwords(settings)
    kept = passwords.hash(GOOD)
    passwords._turns.acquire()
    with pytest.raises(NotSignedIn, match="Too many people"):
        passwords.verify(kept, GOOD)
    passwords._turns.release()
    assert passwords.verify(kept, GOOD)


def a_turn_is_given_back_whatever_happens() -> None:
    passwords = Passwords(msgspec.structs.replace(CHEAP, password_hashes_max=1))
    done: list[bool] = []
    for _ in range(3):
        passwords.verify(b"damaged", GOOD)
    thread = threading.Thread(target=lambda: done.append(passwords.verify(None, GOOD)))
    thread.start()
    thread.join(timeout=30)
    assert done == [False]


@pytest.mark.parametrize(
    "weak",
    [
        "password1234",
        "P@ssw0rd2024!",
        "Passw0rd!Passw0rd!",
        "correcthorsebatterystaple",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "abcdefghijkl",
        "lkjihgfedcba",
        "aaaaaaaaaaaa",
        "121212121212",
        "abcabcabcabc",
        "iloveyou2025",
        "letmein123456",
        "Welcome2024!!",
        "customs-2026",
        "Tidewaiter2026",
        "administrator1",
        "Summer2025!!!",
        "motdepasse123",
        "kim.lee-1987!",
        "azertyuiop99",
    ],
)
def a_password_that_is_guessed_first_is_refused(weak: str) -> None:
    with pytest.raises(SettingFault, match="guessed first"):
        Passwords(CHEAP).check(weak, ("kim", "Kim Lee"))


@pytest.mark.parametrize(
    "good",
    [
        GOOD,
        "otterlanternriver",
        "mV7#qLw2pZ9x",
        "über den Dächern 12",
        "세 마리 곰이 한 집에 있어",
        "trois petits chats gris",
        "xkcd said four random words",
    ],
)
def a_password_of_words_or_of_chance_is_taken(good: str) -> None:
    Passwords(CHEAP).check(good, ("kim", "Kim Lee"))


@pytest.mark.parametrize(
    ("wrong", "said"), [("shortish", "at least 12"), ("x1" * 200, "at most 256"), ("\ud800" * 20, "half")]
)
def a_password_of_a_wrong_length_is_refused_without_being_told(wrong: str, said: str) -> None:
    with pytest.raises(SettingFault, match=said) as no:
        Passwords(CHEAP).check(wrong)
    assert wrong not in no.value.sentence + no.value.remedy


@given(some.text(min_size=12, max_size=40))
def what_is_asked_about_a_password_always_has_an_answer(text: str) -> None:
    assert guessed_first(text, [text, ""]) in {True, False}
