"""List every route with who may use it: whoever comes, or who holds a permission."""

from __future__ import annotations

from collections.abc import Mapping

PUBLIC = "public"
LOG_READ = "log.read"
"""Held by partners with a token; by everybody, where the setting log_public says so."""

OPENAPI = "/openapi.json"

ROUTES: Mapping[tuple[str, str], str] = {
    ("POST", "/witness/add-checkpoint"): PUBLIC,  # C2SP tlog-witness: the log's signature is what lets it in
    ("GET", "/log/checkpoint"): LOG_READ,
    ("GET", "/log/witnessed-checkpoint"): LOG_READ,
    ("GET", "/log/tile/{path:path}"): LOG_READ,
    ("GET", "/health"): PUBLIC,
    ("GET", OPENAPI): PUBLIC,
}
"""(method, path) → permission. A route that is not in this table answers nobody."""
