"""Say which codes of messages stand for which words: parties, documents, places, equipment, transport."""

from __future__ import annotations

from collections.abc import Mapping

from tidewaiter.stages.receive.lens import Codes

ROLE_OF: Mapping[str, str] = {
    "CZ": "consignor",
    "CN": "consignee",
    "NI": "notify",
    "N1": "notify",
    "N2": "notify",
    "CA": "carrier",
    "RL": "carrier",
    "FW": "forwarder",
    "DT": "declarant",
    "AE": "agent",
    "AG": "agent",
    "CB": "agent",
    "CG": "agent",
    "IM": "importer",
    "EX": "exporter",
    "SE": "seller",
    "VN": "seller",
    "SU": "seller",
    "BY": "buyer",
    "WH": "warehouse",
    "GG": "warehouse",
    "WD": "warehouse",
    "AF": "principal",
    "AL": "principal",
    "MF": "manufacturer",
    "MS": "submitter",
    "FR": "submitter",
    "FP": "payer",
    "PR": "payer",
    "PL": "payer",
    "SY": "surety",
    "CS": "consolidator",
    "CF": "operator",
    "TR": "terminal",
    "OS": "consignor",
    "SF": "consignor",
    "UC": "consignee",
    "ST": "consignee",
}
"""Party function (3035) → role; of several the first is written. Other functions stay as they are."""

DOCUMENT_OF: Mapping[str, str] = {
    "BM": "705",
    "BL": "705",
    "MB": "704",
    "BH": "714",
    "AWB": "740",
    "MWB": "741",
    "HWB": "703",
    "AAM": "700",
    "CMR": "730",
    "WY": "720",
    "RCN": "720",
    "AAS": "712",
    "AEX": "710",
    "TI": "952",
}
"""Reference (1153) → the transport document that it numbers (1001)."""

REFERENCE_OF: Mapping[str, str] = {
    "BN": "770",
    "IV": "380",
    "LC": "465",
    "ON": "105",
    "CT": "315",
    "PK": "271",
    "EX": "811",
    "EP": "811",
    "IP": "911",
    "ED": "830",
    "ABT": "914",
    "CMR": "730",
    "DQ": "270",
    "TI": "952",
    "AAE": "830",
    "FF": "621",
    "SI": "341",
    "CN": "750",
}
"""Reference (1153) to a document that is no transport document → which one (1001)."""

STAGE_OF: Mapping[str, str] = {
    "12": "departure",
    "20": "border",
    "30": "arrival",
    "10": "departure",
    "11": "border",
    "21": "border",
    "2": "border",
    "13": "arrival",
    "1": "arrival",
}
"""Stage of a transport (8051) → stage of the journey; the first of a stage is written."""

MASTER_REFERENCES = ("MB", "MWB")
HOUSE_REFERENCES = ("BH", "HWB", "ABH")
LEVEL_OF: Mapping[str, str] = {
    **dict.fromkeys(MASTER_REFERENCES, "master"),
    **dict.fromkeys(HOUSE_REFERENCES, "house"),
}
"""Reference (1153) → level of the consignment that it is for."""

PLACE_OF: Mapping[str, str] = {
    "9": "loading",
    "11": "unloading",
    "12": "unloading",
    "88": "receipt",
    "10": "acceptance",
    "13": "transhipment",
    "7": "delivery",
    "83": "on-carriage",
    "20": "destination",
    "8": "destination",
    "76": "origin",
    "5": "departure",
    "60": "arrival",
    "61": "next",
    "125": "last",
    "153": "call",
    "92": "route",
    "24": "entry",
    "23": "release",
    "64": "option",
    "68": "option",
    "70": "option",
    "72": "option",
    "97": "option",
    "98": "pick-up",
    "99": "return",
    "80": "despatch",
}
"""What a place is (3227) → the word for it."""

ROLE = Codes(ROLE_OF)
DOCUMENT_TYPE = Codes(DOCUMENT_OF)
REFERENCE_TYPE = Codes(REFERENCE_OF)
LEVEL = Codes(LEVEL_OF, other="drop")
PLACE_ROLE = Codes(PLACE_OF)
FULLNESS = Codes({"5": "full", "4": "empty", "7": "full", "8": "full", "6": "full"}, other="drop")
STAGE = Codes(STAGE_OF)
PACKING_GROUP = Codes({"1": "I", "2": "II", "3": "III"})
SEAL_CONDITION = Codes({"1": "intact", "2": "damaged", "3": "absent", "4": "absent"}, other="drop")
