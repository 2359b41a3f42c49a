"""Prove that XML schemas are loaded and listed from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Say = Callable[..., tuple[int, str, str]]

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="parts/kinds.xsd"/>
<xs:element name="Note" type="Kind"/></xs:schema>"""
KINDS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:simpleType name="Kind"><xs:restriction base="xs:string"/></xs:simpleType></xs:schema>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of schemas that belong together."""
    place = tmp_path / "published"
    (place / "parts").mkdir(parents=True)
    (place / "note.xsd").write_text(SCHEMA, encoding="utf-8")
    (place / "parts" / "kinds.xsd").write_text(KINDS, encoding="utf-8")
    (place / "readme.txt").write_text("not a schema", encoding="utf-8")
    return place


def a_folder_of_schemas_is_loaded_and_listed(say: Say, folder: Path) -> None:
    say("init", "--administration", "QQ")
    code, out, _ = say("schemas", "load", str(folder), "--name", "notes")
    assert (code, out.strip()) == (0, "Loaded 2 files as set notes, for Note.")
    (found,) = json.loads(say("schemas", "list", "--json")[1])
    assert (found["name"], found["files"], found["roots"], len(found["sha256"])) == ("notes", 2, ["Note"], 64)
    code, out, _ = say("schemas", "list")
    assert code == 0
    assert "notes" in out


def a_set_is_replaced_under_its_name(say: Say, folder: Path) -> None:
    say("init", "--administration", "QQ")
    first = json.loads(say("schemas", "load", str(folder), "--name", "notes", "--json")[1])
    (folder / "note.xsd").write_text(SCHEMA.replace("Note", "Letter"), encoding="utf-8")
    second = json.loads(say("schemas", "load", str(folder), "--name", "notes", "--json")[1])
    assert first["sha256"] != second["sha256"]
    (found,) = json.loads(say("schemas", "list", "--json")[1])
    assert found["roots"] == ["Letter"]


@pytest.mark.parametrize(
    ("source", "name", "said"),
    [
        ("published/note.xsd", "notes", "cannot be compiled"),
        ("published/readme.txt", "notes", "not well-formed"),
        ("empty", "notes", "holds no XML schema"),
        ("published", "No Tes", "no name for a set"),
    ],
)
def a_set_that_cannot_be_used_is_refused(say: Say, folder: Path, source: str, name: str, said: str) -> None:
    (folder.parent / "empty").mkdir()
    say("init", "--administration", "QQ")
    code, _, err = say("schemas", "load", source, "--name", name)
    assert code == 12
    assert said in err
    assert json.loads(say("schemas", "list", "--json")[1]) == []
