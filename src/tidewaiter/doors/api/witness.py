"""Witness other logs over HTTP: POST /witness/add-checkpoint, as C2SP tlog-witness says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response

from tidewaiter.doors.api.journal import JOURNAL
from tidewaiter.kernel.ledger import WitnessHeads
from tidewaiter.kernel.log import witness
from tidewaiter.kernel.log.notes import Verifier
from tidewaiter.kernel.log.witness import Answer, Cosigner

if TYPE_CHECKING:
    from tidewaiter.doors.api.threads import Threads
    from tidewaiter.doors.api.wiring import Served

PREFIX = "/witness/"
CONTRADICTIONS = "contradictions"
CONTRADICTIONS_MAX = 1_000
"""Most requests that are kept because they contradict what was cosigned before; older ones are never dropped."""


def add_to(
    app: FastAPI,
    node: Served,
    threads: Threads,
    *,
    cosigners: Sequence[Cosigner],
    logs: Mapping[str, Sequence[Verifier]],
) -> None:
    """Add the route. Without a key to cosign with, no log is witnessed, so that none is taken note of either."""
    heads = WitnessHeads(node.database)
    known = logs if cosigners else {}

    def answer(body: bytes) -> Answer:
        """Answer one request, and keep it where it contradicts what is known."""
        at = int(node.clock.now().timestamp())
        found = witness.add_checkpoint(body, known, heads, cosigners, at)
        if found.suspicious:
            keep(node.folder / CONTRADICTIONS, body)
        return found

    @app.post(
        PREFIX + witness.PATH,
        summary="Cosign a checkpoint of a log that grew (C2SP tlog-witness).",
        response_class=Response,
        responses={
            200: {"description": "Cosignatures, a signature line each.", "content": {"text/plain": {}}},
            400: {"description": "Malformed, or the old size is above the new one.", "content": {"text/plain": {}}},
            403: {"description": "No key that is known for this log has signed it.", "content": {"text/plain": {}}},
            404: {"description": "This log is not witnessed here.", "content": {"text/plain": {}}},
            409: {"description": "Another size was cosigned last: this one.", "content": {witness.SIZE_TYPE: {}}},
            422: {"description": "The proof does not hold.", "content": {"text/plain": {}}},
        },
        openapi_extra={"requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def add_checkpoint(request: Request) -> Response:
        """Answer as the standard says."""
        found = await threads.run(partial(answer, await request.body()))
        # As a header, because a media type of text would be given a charset, which the standard has not.
        return Response(found.body, found.status, {"Content-Type": found.content_type})


def keep(folder: Path, body: bytes) -> None:
    """Keep a request whose log signed what does not fit what was cosigned, once for each checkpoint: it may be proof.

    A request can look like this without any fault of the log, because whoever has a signed checkpoint can send it with
    a wrong proof. People judge; so nothing here fails for want of it.
    """
    name = hashlib.sha256(witness.parse_request(body).checkpoint).hexdigest()[:32]
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if sum(1 for _ in folder.iterdir()) >= CONTRADICTIONS_MAX:
            return
        handle = os.open(folder / f"{name}.request", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        JOURNAL.error("A request that contradicts a cosigned log cannot be kept: %s", type(error).__name__)
        return
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    JOURNAL.warning("A log has signed what does not fit what was cosigned before: see %s/%s.request", folder.name, name)
