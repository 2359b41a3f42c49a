"""Name the kinds of records and their fields: the vocabulary that every stage speaks."""

from tidewaiter.kernel.records._base import Amount, Measure, Part, Record
from tidewaiter.kernel.records.consignment import (
    CargoReport,
    Consignment,
    Location,
    Seal,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.kernel.records.declaration import (
    Amendment,
    Authorisation,
    Declaration,
    GoodsShipment,
    Guarantee,
    Invoice,
    TradeTerms,
)
from tidewaiter.kernel.records.goods import (
    AdditionalInformation,
    Classification,
    Commodity,
    DangerousGoods,
    Document,
    DutyTax,
    GoodsItem,
    Packaging,
)
from tidewaiter.kernel.records.identity import Identity, day_of, identify
from tidewaiter.kernel.records.kinds import (
    KINDS,
    AnyRecord,
    decode,
    encode,
    field_types,
    is_personal,
    personal_paths,
)
from tidewaiter.kernel.records.knowledge import Intelligence, Outcome, Seizure
from tidewaiter.kernel.records.movement import Event, MovementStep, TransitMovement
from tidewaiter.kernel.records.parties import ROLES, Address, Contact, Party
from tidewaiter.kernel.records.people import Baggage, Journey, Leg, Traveller
from tidewaiter.kernel.records.response import GroupAnswer, MessageAnswer, Response, ResponseError, ResponseStatus
from tidewaiter.kernel.records.traffic import Group, Interchange, Message

__all__ = [
    "KINDS",
    "ROLES",
    "AdditionalInformation",
    "Address",
    "Amendment",
    "Amount",
    "AnyRecord",
    "Authorisation",
    "Baggage",
    "CargoReport",
    "Classification",
    "Commodity",
    "Consignment",
    "Contact",
    "DangerousGoods",
    "Declaration",
    "Document",
    "DutyTax",
    "Event",
    "GoodsItem",
    "GoodsShipment",
    "Group",
    "GroupAnswer",
    "Guarantee",
    "Identity",
    "Intelligence",
    "Interchange",
    "Invoice",
    "Journey",
    "Leg",
    "Location",
    "Measure",
    "Message",
    "MessageAnswer",
    "MovementStep",
    "Outcome",
    "Packaging",
    "Part",
    "Party",
    "Record",
    "Response",
    "ResponseError",
    "ResponseStatus",
    "Seal",
    "Seizure",
    "TradeTerms",
    "TransitMovement",
    "TransportEquipment",
    "TransportMeans",
    "Traveller",
    "day_of",
    "decode",
    "encode",
    "field_types",
    "identify",
    "is_personal",
    "personal_paths",
]
