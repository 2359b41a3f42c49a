"""Offer the node to other programs over HTTP: its log to read, and itself as a witness."""

from tidewaiter.doors.api.app import app
from tidewaiter.doors.api.serving import address, listen, server
from tidewaiter.doors.api.wiring import Served, cosigners, witnessed_logs

__all__ = ["Served", "address", "app", "cosigners", "listen", "server", "witnessed_logs"]
