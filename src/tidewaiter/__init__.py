"""Tidewaiter: a node that a customs administration runs."""

__version__ = "0.1.0"
