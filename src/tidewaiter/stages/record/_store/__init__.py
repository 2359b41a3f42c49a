"""Query the tables of recording."""

from tidewaiter.stages.record._store.findings import (
    insert_findings,
    message_findings,
    read_findings,
    repair_entries,
)
from tidewaiter.stages.record._store.mentions import insert_mentions, mentioning
from tidewaiter.stages.record._store.messages import (
    find_messages,
    insert_batch,
    insert_message,
    insert_raw,
    list_messages,
    raw_pieces,
    read_message,
    read_raw,
    update_message,
)
from tidewaiter.stages.record._store.senders import (
    Wanted,
    bodies_of_senders,
    example_of_rule,
    repetitions_of_senders,
    rules_of_sender,
    tally_of_senders,
)
from tidewaiter.stages.record._store.versions import (
    batch_versions,
    count_states,
    find_versions,
    insert_duplicates,
    insert_versions,
    keys_of,
    latest,
    read_version,
    settle,
    versions_of,
)

__all__ = [
    "Wanted",
    "batch_versions",
    "bodies_of_senders",
    "count_states",
    "example_of_rule",
    "find_messages",
    "find_versions",
    "insert_batch",
    "insert_duplicates",
    "insert_findings",
    "insert_mentions",
    "insert_message",
    "insert_raw",
    "insert_versions",
    "keys_of",
    "latest",
    "list_messages",
    "mentioning",
    "message_findings",
    "raw_pieces",
    "read_findings",
    "read_message",
    "read_raw",
    "read_version",
    "repair_entries",
    "repetitions_of_senders",
    "rules_of_sender",
    "settle",
    "tally_of_senders",
    "update_message",
    "versions_of",
]
