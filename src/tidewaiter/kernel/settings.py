"""Hold every setting in one place, with its unit; read them from TOML and the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from tidewaiter.kernel.errors import NodeFault, SettingFault

PREFIX = "TIDEWAITER_"
FILE = "tidewaiter.toml"


def _says(meaning: str, **limits: Any) -> msgspec.Meta:
    """Document a setting, with the limits of its value."""
    return msgspec.Meta(description=meaning, **limits)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting of a node. The field's name is the key in `tidewaiter.toml`."""

    home: Annotated[str, _says("Folder of the node: database, history, artefacts.")] = "tidewaiter-node"
    administration: Annotated[str, _says("Country or territory of the administration, ISO 3166-1 alpha-2.")] = "XX"
    officer: Annotated[str, _says("Who acts at the command line; written beside every change.")] = ""
    currency: Annotated[str, _says("Currency of amounts that name none, ISO 4217.")] = "USD"
    key_store_url: Annotated[str, _says("Database of the keys; empty means keys.sqlite3 in the home folder.")] = ""
    root_kind: Annotated[str, _says("Where the root of the keys is: file, pkcs11, vault or kms.")] = "file"
    root_file: Annotated[str, _says("File of the root keys; empty means root.keys in the home folder.")] = ""
    root_passphrase_file: Annotated[str, _says("File with the passphrase of the root keys; empty means none.")] = ""
    root_prefix: Annotated[str, _says("Prefix of this node's keys in a shared root; nobody else's.")] = ""
    pkcs11_module: Annotated[str, _says("Path of the PKCS#11 module of the root's token.")] = ""
    pkcs11_token: Annotated[str, _says("Label of the root's token.")] = ""
    pkcs11_pin_file: Annotated[str, _says("File with the PIN of the root's token.")] = ""
    vault_url: Annotated[str, _says("Address of the key server (Vault, OpenBao).")] = ""
    vault_mount: Annotated[str, _says("Where its Transit engine is mounted.")] = "transit"
    vault_token_file: Annotated[str, _says("File with this node's token for the key server.")] = ""
    kms_region: Annotated[str, _says("Region of AWS KMS.")] = ""
    kms_endpoint: Annotated[str, _says("Address of KMS, where it is not AWS's own.")] = ""
    log_policy: Annotated[str, _says("Witnesses of the log (C2SP tlog-policy); empty: witnesses.policy at home.")] = ""
    witness_again_seconds: Annotated[
        int, _says("How long witnesses that did not answer are not waited for again, in seconds.", ge=0)
    ] = 300
    log_origin: Annotated[str, _says("Name of the log, fixed when the node is made; empty means one made up.")] = ""
    database_url: Annotated[str, _says("SQLAlchemy URL; empty means SQLite in the home folder.")] = ""
    database_busy_seconds_max: Annotated[int, _says("Wait for another writer, in seconds.", ge=0)] = 30
    database_cache_bytes: Annotated[int, _says("SQLite page cache, in bytes.", ge=1_048_576)] = 134_217_728
    batch_records: Annotated[int, _says("Records in one transaction of receive.", ge=1, le=20_000)] = 2_000
    source_bytes_max: Annotated[int, _says("Largest source accepted, in bytes.", ge=1)] = 64 * 1024**3
    watch_seconds: Annotated[float, _says("How often a watched folder is looked at, in seconds.", gt=0)] = 5.0
    row_bytes_max: Annotated[int, _says("Longest row of a text table or JSON line, in bytes.", ge=64)] = 1_048_576
    record_bytes_max: Annotated[int, _says("Largest record made of several rows of text, in bytes.", ge=64)] = (
        67_108_864
    )
    columns_max: Annotated[int, _says("Most columns in a table.", ge=1)] = 2_000
    items_max: Annotated[int, _says("Most goods items in one record.", ge=1)] = 9_999
    archive_bytes_max: Annotated[int, _says("Largest unpacked size of a workbook, in bytes.", ge=1)] = 1024**3
    archive_ratio_max: Annotated[int, _says("Largest ratio of unpacked to packed size of a workbook.", ge=1)] = 200
    json_bytes_max: Annotated[int, _says("Largest JSON document that is one text, in bytes.", ge=64)] = 33_554_432
    json_values_max: Annotated[int, _says("Most objects and lists in one JSON document.", ge=1)] = 2_000_000
    json_depth_max: Annotated[int, _says("Deepest nesting of a JSON line, in levels.", ge=1)] = 64
    edifact_segment_bytes_max: Annotated[int, _says("Longest segment of UN/EDIFACT, in bytes.", ge=64)] = 65_536
    edifact_segments_max: Annotated[int, _says("Most segments in one message of UN/EDIFACT.", ge=1)] = 200_000
    xml_bytes_max: Annotated[int, _says("Largest XML document, in bytes.", ge=64)] = 67_108_864
    xml_depth_max: Annotated[int, _says("Deepest nesting of an XML document, in elements.", ge=1, le=250)] = 64
    xml_elements_max: Annotated[int, _says("Most elements in an XML document.", ge=1)] = 500_000
    xml_attributes_max: Annotated[int, _says("Most attributes of one XML element.", ge=1)] = 256
    xml_text_bytes_max: Annotated[int, _says("Longest stretch of XML between two tags, in bytes.", ge=64)] = 1_048_576
    faults_per_record_max: Annotated[int, _says("Most faults reported for one record.", ge=1)] = 100
    future_days_max: Annotated[int, _says("How far ahead of today a declaration may be dated, in days.", ge=0)] = 30
    speed_knots_max: Annotated[int, _says("Fastest believable ship, in knots.", ge=1)] = 30
    place_kilometres_max: Annotated[int, _says("How far from its place an event may lie, in kilometres.", ge=1)] = 100
    filing_days_max: Annotated[int, _says("Longest time from arrival to declaration, in days.", ge=1)] = 90
    sum_tolerance_share: Annotated[float, _says("How far a sum may lie from its header, as a share.", ge=0, le=1)] = (
        0.01
    )
    mass_tolerance_kilograms: Annotated[float, _says("How far a sum of masses may always lie off, in kg.", ge=0)] = 1.0
    kilogram_usd_min: Annotated[float, _says("Least believable value of a kilogram, in US dollars.", ge=0)] = 0.0001
    kilogram_usd_max: Annotated[float, _says("Largest believable value of a kilogram, in US dollars.", gt=0)] = 1e8
    description_characters_min: Annotated[int, _says("Shortest useful description of goods, in characters.", ge=1)] = 3
    inspection_share: Annotated[float, _says("Share of a day's declarations that can be inspected.", ge=0, le=1)] = 0.05
    inspections_per_day_max: Annotated[int, _says("Most inspections a day; 0 means no such limit.", ge=0)] = 0
    control_share: Annotated[float, _says("Share of a day's declarations drawn at random.", ge=0, le=1)] = 0.01
    control_seed: Annotated[str, _says("Seed of the random draw; empty means the node's own.")] = ""
    profile_days: Annotated[int, _says("How much history a profile looks back on, in days.", ge=1)] = 1_095
    duckdb_memory: Annotated[str, _says("Memory DuckDB may use, for example 1GB.")] = "1GB"
    duckdb_threads: Annotated[int, _says("Threads DuckDB may use; 0 means all cores.", ge=0)] = 0
    lake_rows_per_file: Annotated[int, _says("Rows of history in one file before compaction.", ge=1)] = 50_000
    lake_small_files_max: Annotated[int, _says("Small files of history of a kind before they are merged.", ge=1)] = 64
    outbox_attempts_max: Annotated[int, _says("Attempts at a queued step before it is set aside.", ge=1)] = 8
    outbox_retry_seconds_max: Annotated[int, _says("Longest wait before a step is tried again, in seconds.", ge=0)] = (
        900
    )
    witness_seconds_max: Annotated[float, _says("Longest wait for all witnesses together, in seconds.", gt=0)] = 20.0
    witnessed_policy: Annotated[
        str, _says("Logs that this node witnesses (C2SP tlog-policy); empty: witnessed.policy at home.")
    ] = ""
    log_public: Annotated[bool, _says("Whether whoever reaches the port may read the log; else partners alone.")] = (
        False
    )
    api_token_file: Annotated[str, _says("File of partners' tokens, a name and a token a line; empty: none.")] = ""
    api_seconds_max: Annotated[float, _says("Longest time for one request to the node, in seconds.", gt=0)] = 30.0
    api_connections_max: Annotated[int, _says("Most connections to the node at once.", ge=1)] = 200
    api_header_bytes_max: Annotated[int, _says("Largest head of a request to the node, in bytes.", ge=1_024)] = 16_384
    web_origin: Annotated[
        str, _says("Origin of the node's pages, for example https://node.example; empty: no passkeys.")
    ] = ""
    session_idle_minutes_max: Annotated[int, _says("How long a session lasts unused, in minutes.", ge=1)] = 30
    session_minutes_max: Annotated[int, _says("How long a session lasts at all, in minutes.", ge=1)] = 720
    step_up_minutes_max: Annotated[int, _says("How long a second factor counts as recent, in minutes.", ge=1)] = 10
    challenge_seconds_max: Annotated[int, _says("How long a passkey may take to answer, in seconds.", ge=10)] = 300
    approval_hours_max: Annotated[int, _says("How long an approval may be given and used, in hours.", ge=1)] = 72
    password_characters_min: Annotated[int, _says("Shortest password, in characters.", ge=8)] = 12
    password_memory_kibibytes: Annotated[int, _says("Memory to hash a password (argon2id), in KiB.", ge=8)] = 65_536
    password_passes: Annotated[int, _says("Passes over that memory.", ge=1)] = 3
    password_lanes: Annotated[int, _says("Lanes of that memory, filled side by side.", ge=1)] = 4
    password_hashes_max: Annotated[int, _says("Most passwords hashed at once.", ge=1)] = 2
    password_wait_seconds_max: Annotated[float, _says("Longest wait to have one hashed, in seconds.", gt=0)] = 5.0
    recovery_codes: Annotated[int, _says("Recovery codes made at once.", ge=1, le=50)] = 10
    sign_in_tries_free: Annotated[int, _says("Wrong tries to sign in before one has to wait.", ge=1)] = 3
    sign_in_wait_seconds_max: Annotated[int, _says("Longest wait after wrong tries, in seconds.", ge=1)] = 900
    sign_in_tries_per_minute_max: Annotated[
        int, _says("Tries a minute of all officers together, from places not known to be theirs.", ge=1)
    ] = 120
    tls_authorities: Annotated[str, _says("PEM file of the authorities trusted for TLS; empty: the system's.")] = ""
    remote_seconds_max: Annotated[float, _says("Longest time for one answer of a partner, in seconds.", gt=0)] = 20.0
    mirror_tiles_max: Annotated[int, _says("Most tiles and bundles fetched by one run of a mirror.", ge=16)] = 100_000
    mirror_bytes_max: Annotated[int, _says("Most bytes fetched by one run of a mirror.", ge=1_048_576)] = 4 * 1024**3
    mirror_seconds_max: Annotated[float, _says("Longest run of a mirror, in seconds.", gt=0)] = 3_600.0
    rule_pack: Annotated[str, _says("Path of a rule pack; empty means the one that ships.")] = ""
    locale: Annotated[str, _says("Language of messages, for example en.")] = "en"

    @property
    def folder(self) -> Path:
        """The home folder as a path."""
        return Path(self.home)

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.folder / 'node.sqlite3').absolute()}"


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Return the settings: what is given beats the environment beats `<home>/tidewaiter.toml` beats the defaults.

    Raises SettingFault for an unknown key or a value that the setting cannot have, naming where it stands.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, tuple[Any, str]] = {}
    environed = {name: environment[PREFIX + name.upper()] for name in _names() if PREFIX + name.upper() in environment}
    home = given.get("home") or environed.get("home") or Settings().home
    file = Path(home) / FILE
    for name, value in _from_file(file).items():
        values[name] = (value, str(file))
    for name, text in environed.items():
        values[name] = (text, f"the environment variable {PREFIX}{name.upper()}")
    for name, value in given.items():
        if value is not None:
            values[name] = (value, "the command line")
    values["home"] = (home, "the command line or the environment")
    return _settle(values)


def describe() -> list[tuple[str, str, object]]:
    """Return (name, meaning, default) of every setting, in order."""
    info = msgspec.inspect.type_info(Settings)
    assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101 - Settings is a struct
    rows: list[tuple[str, str, object]] = []
    for field in info.fields:
        schema = field.type.extra_json_schema if isinstance(field.type, msgspec.inspect.Metadata) else None
        rows.append((field.name, str((schema or {}).get("description", "")), field.default))
    return rows


def _names() -> tuple[str, ...]:
    """Return the settings' names."""
    return Settings.__struct_fields__


def _from_file(file: Path) -> dict[str, Any]:
    """Read the settings file, where there is one."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}."
        raise NodeFault(message, "Check the folder's permissions.") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file} is not valid TOML: {error}."
        raise SettingFault(message, "Mend that line.") from error


def _settle(values: dict[str, tuple[Any, str]]) -> Settings:
    """Convert the values one by one, so that a fault names its setting and where it was given."""
    hints = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    settled: dict[str, Any] = {}
    for name, (value, where) in values.items():
        if name not in hints:
            message = f"{where} names the setting {name!r}, which there is not."
            raise SettingFault(message, "`tidewaiter doctor --settings` lists them all.")
        try:
            settled[name] = msgspec.convert(value, hints[name], strict=False)
        except msgspec.ValidationError as error:
            message = f"{where} sets {name} to {value!r}: {error}."
            raise SettingFault(message, "`tidewaiter doctor --settings` says what it may be.") from error
    return Settings(**settled)
