"""Keep officers, factors, sessions, approvals and waits in the state database."""

from tidewaiter.kernel.access._store import approvals, factors, officers, sessions, waits

__all__ = ["approvals", "factors", "officers", "sessions", "waits"]
