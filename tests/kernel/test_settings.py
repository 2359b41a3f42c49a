"""Check where settings come from and what is said when one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidewaiter.kernel.errors import NodeFault, SettingFault
from tidewaiter.kernel.settings import FILE, PREFIX, Settings, describe, load


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home folder whose file sets the currency and the batch."""
    (tmp_path / FILE).write_text('currency = "EUR"\nbatch_records = 100\n', encoding="utf-8")
    return tmp_path


def a_node_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert load({}, home=str(tmp_path)) == Settings(home=str(tmp_path))


def the_file_beats_the_defaults(home: Path) -> None:
    settings = load({}, home=str(home))
    assert (settings.currency, settings.batch_records) == ("EUR", 100)


def the_environment_beats_the_file(home: Path) -> None:
    settings = load({"TIDEWAITER_CURRENCY": "KRW", "TIDEWAITER_BATCH_RECORDS": "7"}, home=str(home))
    assert (settings.currency, settings.batch_records) == ("KRW", 7)


def the_command_line_beats_the_environment(home: Path) -> None:
    settings = load({"TIDEWAITER_CURRENCY": "KRW"}, home=str(home), currency="JPY", batch_records=None)
    assert (settings.currency, settings.batch_records) == ("JPY", 100)


def the_home_folder_may_come_from_the_environment(home: Path) -> None:
    assert load({"TIDEWAITER_HOME": str(home)}).currency == "EUR"
    assert load({"TIDEWAITER_HOME": "/nowhere"}, home=str(home)).currency == "EUR"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('colour = "red"', "'colour'"),
        ("batch_records = 0", "batch_records"),
        ('batch_records = "many"', "batch_records"),
        ("inspection_share = 1.5", "inspection_share"),
        ("batch_records =", "not valid TOML"),
    ],
)
def a_fault_in_the_file_names_the_file_and_the_setting(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SettingFault) as caught:
        load({}, home=str(tmp_path))
    assert str(tmp_path / FILE) in caught.value.sentence
    assert expected in caught.value.sentence
    assert caught.value.remedy


def a_fault_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(SettingFault, match="TIDEWAITER_BATCH_RECORDS sets batch_records to 'x'"):
        load({"TIDEWAITER_BATCH_RECORDS": "x"}, home=str(tmp_path))


def a_fault_on_the_command_line_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingFault, match="the command line names the setting 'colour'"):
        load({}, home=str(tmp_path), colour="red")


def a_settings_file_that_cannot_be_read_is_a_fault_of_the_node(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(NodeFault, match="cannot be read"):
        load({}, home=str(tmp_path))


def the_database_is_sqlite_in_the_home_folder_unless_a_url_is_given(tmp_path: Path) -> None:
    assert load({}, home=str(tmp_path)).url == f"sqlite:///{tmp_path / 'node.sqlite3'}"
    assert load({}, home=str(tmp_path), database_url="postgresql://db/x").url == "postgresql://db/x"


def every_setting_says_what_it_means() -> None:
    rows = describe()
    assert [name for name, _, _ in rows] == list(Settings.__struct_fields__)
    for name, meaning, _ in rows:
        assert meaning.endswith("."), name


def no_other_variable_of_the_environment_is_looked_at(tmp_path: Path) -> None:
    assert load({"CURRENCY": "EUR", PREFIX + "NONSENSE": "1"}, home=str(tmp_path)) == Settings(home=str(tmp_path))
