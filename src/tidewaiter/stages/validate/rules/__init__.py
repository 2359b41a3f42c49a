"""List the rules in the order of the manual."""

from tidewaiter.stages.validate.rule import Rule
from tidewaiter.stages.validate.rules._sides import transport_documents
from tidewaiter.stages.validate.rules.arithmetic import (
    ARI001,
    ARI002,
    ARI003,
    ARI004,
    ARI005,
    ARI006,
    ARI007,
    ARI008,
)
from tidewaiter.stages.validate.rules.codes import COD001, COD002, COD003, COD004, COD005, COD006, COD015
from tidewaiter.stages.validate.rules.consignments import XDO001
from tidewaiter.stages.validate.rules.dates import DAT001, DAT002, DAT003
from tidewaiter.stages.validate.rules.documents import XDO002, XDO003, XDO004
from tidewaiter.stages.validate.rules.fields import XFD001, XFD002, XFD003, XFD004, XFD005, XFD006
from tidewaiter.stages.validate.rules.formats import (
    FMT001,
    FMT002,
    FMT003,
    FMT004,
    FMT005,
    FMT006,
    FMT007,
    FMT012,
    FMT014,
)
from tidewaiter.stages.validate.rules.goods_codes import COD011, COD012, COD014
from tidewaiter.stages.validate.rules.places import COD007, COD008, COD009, COD010, COD013
from tidewaiter.stages.validate.rules.privacy import PRV001
from tidewaiter.stages.validate.rules.registers import FMT008, FMT009, FMT010, FMT011, FMT013
from tidewaiter.stages.validate.rules.structure import STR001, STR002, STR003, STR004, STR005, STR006
from tidewaiter.stages.validate.rules.syntax import (
    SYN001,
    SYN002,
    SYN003,
    SYN004,
    SYN005,
    SYN006,
    SYN007,
    SYN008,
    SYN009,
    SYN010,
)

SYNTAX: tuple[type[Rule], ...] = (SYN001, SYN002, SYN003, SYN004, SYN005)
SYNTAX = (*SYNTAX, SYN006, SYN007, SYN008, SYN009, SYN010)
STRUCTURE: tuple[type[Rule], ...] = (STR001, STR002, STR003, STR004, STR005, STR006)
CODES: tuple[type[Rule], ...] = (COD001, COD002, COD003, COD004, COD005, COD006, COD007, COD008)
CODES = (*CODES, COD009, COD010, COD011, COD012, COD013, COD014, COD015)
FORMATS: tuple[type[Rule], ...] = (FMT001, FMT002, FMT003, FMT004, FMT005, FMT006, FMT007)
FORMATS = (*FORMATS, FMT008, FMT009, FMT010, FMT011, FMT012, FMT013, FMT014)
ARITHMETIC: tuple[type[Rule], ...] = (ARI001, ARI002, ARI003, ARI004, ARI005, ARI006, ARI007, ARI008)
DATES: tuple[type[Rule], ...] = (DAT001, DAT002, DAT003)
FIELDS: tuple[type[Rule], ...] = (XFD001, XFD002, XFD003, XFD004, XFD005, XFD006)
DOCUMENTS: tuple[type[Rule], ...] = (XDO001, XDO002, XDO003, XDO004)

RULES: tuple[type[Rule], ...] = (
    *(*SYNTAX, *STRUCTURE, *CODES, *FORMATS),
    *(*ARITHMETIC, *DATES, *FIELDS, *DOCUMENTS, PRV001),
)
"""Every rule, in the order of the manual."""

__all__ = ["RULES", "STR005", "SYN009", "XDO001", "XDO003", "transport_documents"]
