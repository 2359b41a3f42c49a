"""Keep the keys: roots that never give theirs away, epochs, data keys, shredding, blind indexes."""

from tidewaiter.kernel.seal.keys import DataKey, associated
from tidewaiter.kernel.seal.root import Root, RootKind, create_root, open_root
from tidewaiter.kernel.seal.vault import Rotation, Vault, VaultStatus, create_vault, open_vault

__all__ = [
    "DataKey",
    "Root",
    "RootKind",
    "Rotation",
    "Vault",
    "VaultStatus",
    "associated",
    "create_root",
    "create_vault",
    "open_root",
    "open_vault",
]
