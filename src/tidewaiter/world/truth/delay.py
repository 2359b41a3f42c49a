"""Say how long an inspection would hold a declaration up, by an invented measure."""

from __future__ import annotations

import zlib

from tidewaiter.kernel.records import Declaration

HOURS_BY_MODE = {"1": 26.0, "2": 14.0, "3": 5.0, "4": 8.0}
"""Mode of transport (UN/ECE Recommendation 19) → hours for the first container or lot. Invented, in the order in which
time release studies find them: a sea container waits for its place in the yard, a lorry stands at the ramp."""
HOURS_OTHERWISE = 12.0
HOURS_PER_CONTAINER = 4.0
CONTAINERS_MAX = 6
"""More than so many are not all opened."""
_LEAST, _SPAN, _STEPS = 0.6, 1.2, 1_000


def inspection_hours(record: Declaration) -> float:
    """Return the hours that an inspection would cost, to a tenth: by mode and containers, times 0.6 to 1.8 by luck."""
    shipment = record.goods_shipment
    travelling = shipment.consignment if shipment else None
    means = travelling.transport_means if travelling else ()
    mode = next((one.mode for one in reversed(means) if one.mode), None)
    boxes = len(travelling.equipment) if travelling else 0
    hours = HOURS_BY_MODE.get(mode or "", HOURS_OTHERWISE)
    hours += HOURS_PER_CONTAINER * max(0, min(boxes, CONTAINERS_MAX) - 1)
    luck = zlib.crc32((record.mrn or record.lrn or "").encode()) % _STEPS / _STEPS
    return round(hours * (_LEAST + _SPAN * luck), 1)
