"""Decide who may do what: officers, roles, purposes, sessions, factors, four eyes."""

from tidewaiter.kernel.access.access import Access
from tidewaiter.kernel.access.codes import new_totp
from tidewaiter.kernel.access.model import (
    COOKIE,
    Actor,
    Approval,
    Begin,
    Deed,
    Factor,
    Grant,
    Officer,
    Seal,
    Session,
    SignedIn,
)
from tidewaiter.kernel.access.table import ADMINISTRATOR, MACHINE, Permission, Purpose, Table, table

__all__ = [
    "ADMINISTRATOR",
    "COOKIE",
    "MACHINE",
    "Access",
    "Actor",
    "Approval",
    "Begin",
    "Deed",
    "Factor",
    "Grant",
    "Officer",
    "Permission",
    "Purpose",
    "Seal",
    "Session",
    "SignedIn",
    "Table",
    "new_totp",
    "table",
]
