"""Check that no tracked file names a registry, a machine's folder or a person."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

REGISTRIES = re.compile(
    r"\b(?:pypi\.(?:org|python\.org)|pythonhosted\.org|anaconda\.org|registry\.npmjs\.org|npmjs\.com|crates\.io"
    r"|jfrog\.io|artifactory)|--(?:(?:extra-)?index-url|find-links)[= ]\s*\S",
    re.IGNORECASE,
)
FOLDERS = re.compile(r"(?<![\w.])/(?:work|home/\w+|root|Users/\w+|opt/(?:pypi|wheels))(?:/|\b)")
MAIL = re.compile(r"[\w.+-]+@(?!(?:[\w-]+\.)*(?:example|invalid|test)\b)[\w-]+\.[a-z]{2,}", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w.+])\+(?!0)\d{1,3}[ -]?\d{2,4}[ -]?\d{3,4}[ -]?\d{2,4}(?!\w)")
CARD = re.compile(r"(?<![\w.])(?:4\d{3}|5[1-5]\d{2})[ -]\d{4}[ -]\d{4}[ -]\d{4}(?!\w)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){3,7}\b")
LARGE = 1_000_000


def tracked() -> list[Path]:
    """Return every file that git tracks or would add; every file, where this is not a clone."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is not a git clone")
    return [REPOSITORY / name for name in done.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def found(pattern: re.Pattern[str]) -> list[str]:
    """Return where the pattern stands in a tracked text, this file apart."""
    hits = []
    for path in tracked():
        if path == Path(__file__) or path.stat().st_size >= LARGE:
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(REPOSITORY)
        hits += [
            f"{name}:{number}: {line.strip()[:100]}" for number, line in enumerate(lines, 1) if pattern.search(line)
        ]
    return hits


def no_tracked_file_names_a_package_registry() -> None:
    assert found(REGISTRIES) == []


def no_tracked_file_names_a_folder_of_one_machine() -> None:
    assert found(FOLDERS) == []


@pytest.mark.parametrize("pattern", [MAIL, PHONE, CARD, IBAN], ids=["mail", "phone", "card", "account"])
def no_tracked_file_holds_what_looks_like_personal_data(pattern: re.Pattern[str]) -> None:
    assert found(pattern) == []


def no_tracked_file_is_large_or_a_data_set() -> None:
    for path in tracked():
        assert path.stat().st_size < LARGE, path.name
        assert path.suffix not in {".parquet", ".sqlite3", ".xlsx", ".pkl"}, path.name


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRIES, "index = https://pypi.org/simple"),
        (REGISTRIES, "pip install --index-url https://mirror/simple x"),
        (FOLDERS, 'open("/work/main/x")'),
        (MAIL, "write to jane.doe@ministry.gov"),
        (PHONE, "call +44 20 7946 0958"),
        (CARD, "4111 1111 1111 1111"),
        (IBAN, "GB82 WEST 1234 5698 7654 32"),
    ],
    ids=["index", "index-option", "folder", "mail", "phone", "card", "account"],
)
def every_pattern_finds_what_it_is_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(MAIL, "a@b.example.org"), (MAIL, "x@example.com"), (FOLDERS, "src/work/x"), (PHONE, "1+23456789")],
)
def no_pattern_finds_what_is_harmless(pattern: re.Pattern[str], text: str) -> None:
    assert not pattern.search(text)
