"""Offer the `tidewaiter` command: one file per noun."""

from tidewaiter.doors.cli.app import app, main

__all__ = ["app", "main"]
