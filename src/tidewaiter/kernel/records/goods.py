"""Say what: goods items with commodity, measures, packaging, documents, duty and tax."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from tidewaiter.kernel.records._base import Amount, Measure, Part, own, wco
from tidewaiter.kernel.records.parties import Party


class Document(Part, frozen=True, kw_only=True):
    """A document that supports, precedes or carries goods (02A; 99A where it came before)."""

    type: Annotated[str | None, wco("D006 D019", "UN/EDIFACT 1001 or national document type.")] = None
    number: Annotated[str | None, wco("D005 D018", "Number given by the issuer.")] = None
    issuer: Annotated[str | None, own("Who issued it.")] = None
    issued: Annotated[date | None, own("Day of issue.")] = None
    expires: Annotated[date | None, own("Last day of validity.")] = None
    item: Annotated[int | None, wco("171", "Item of the document meant, from 1.")] = None
    sha256: Annotated[str | None, own("Hash of the attached file, 64 lowercase hexadecimal digits.")] = None
    category: Annotated[str | None, wco("D031", "Letter of a national list; or transport, reference.")] = None
    name: Annotated[str | None, wco("D028", "Name of it, or what else there is to say of it.")] = None
    exemption: Annotated[str | None, wco("360", "Status of a licence, or why none is needed.")] = None
    written_off: Annotated[Measure | None, wco("502", "Quantity written off against it.")] = None


class AdditionalInformation(Part, frozen=True, kw_only=True):
    """A coded or free statement that has no field of its own (03A)."""

    type: Annotated[str | None, wco("369", "What the statement is about.")] = None
    code: Annotated[str | None, wco("226", "Coded statement.")] = None
    text: Annotated[str | None, wco("225", "Free statement.")] = None


class Classification(Part, frozen=True, kw_only=True):
    """A code of the goods in a nomenclature (21A)."""

    id: Annotated[str | None, wco("145", "The code, digits only.")] = None
    type: Annotated[str | None, own("HS, CN, TSP, GN or another nomenclature; HS where absent.")] = None
    edition: Annotated[str | None, own("Edition of the nomenclature, for example 2022.")] = None


class DangerousGoods(Part, frozen=True, kw_only=True):
    """Dangerous goods (12C)."""

    un_number: Annotated[str | None, wco("506", "UN number, four digits.")] = None
    hazard_class: Annotated[str | None, own("Class or division, for example 3 or 6.1.")] = None
    packing_group: Annotated[str | None, own("I, II or III.")] = None
    regulation: Annotated[str | None, own("UN/EDIFACT 8273: IMD by sea, ADR by road, RID by rail, ICA by air.")] = None
    name: Annotated[str | None, own("Proper shipping name.")] = None
    flashpoint: Annotated[Measure | None, own("Flashpoint, in CEL or FAH.")] = None


class Commodity(Part, frozen=True, kw_only=True):
    """The goods themselves (23A)."""

    description: Annotated[str | None, wco("137", "Description in words.")] = None
    classifications: Annotated[tuple[Classification, ...], wco("21A", "Codes, the HS first.")] = ()
    gross_mass: Annotated[Measure | None, wco("126", "Mass with packaging.")] = None
    net_mass: Annotated[Measure | None, wco("128", "Mass without packaging.")] = None
    tariff_quantity: Annotated[Measure | None, wco("130", "Quantity in the tariff's supplementary unit.")] = None
    dangerous_goods: Annotated[tuple[DangerousGoods, ...], wco("12C", "Dangerous goods.")] = ()
    brand: Annotated[str | None, own("Brand or trade mark.")] = None
    gtin: Annotated[str | None, own("Global Trade Item Number.")] = None
    licence: Annotated[Document | None, wco("02A", "Licence or permit for controlled goods.")] = None
    volume: Annotated[Measure | None, own("Volume with packaging, for example in MTQ.")] = None


class Packaging(Part, frozen=True, kw_only=True):
    """How the goods are packed (93A)."""

    type: Annotated[str | None, wco("141", "UN/ECE Recommendation 21 code.")] = None
    quantity: Annotated[int | None, wco("144", "Number of packages.")] = None
    marks: Annotated[str | None, wco("142", "Marks and numbers.")] = None


class DutyTax(Part, frozen=True, kw_only=True):
    """One duty or tax line (50A)."""

    type: Annotated[str | None, wco("113", "Kind of duty or tax.")] = None
    rate: Annotated[Decimal | None, wco("115", "Rate, in per cent.")] = None
    base: Annotated[Amount | None, wco("116", "What the rate applies to.")] = None
    assessed: Annotated[Amount | None, wco("120", "Duty or tax due.")] = None
    payment_method: Annotated[str | None, wco("107", "How it is paid.")] = None
    base_quantity: Annotated[Measure | None, wco("129", "Quantity that a specific rate applies to.")] = None
    deducted: Annotated[Amount | None, wco("111", "Amount deducted.")] = None
    payable: Annotated[Amount | None, wco("378", "Amount to be paid.")] = None
    quota: Annotated[str | None, wco("401", "Order number of the quota claimed.")] = None


class GoodsItem(Part, frozen=True, kw_only=True):
    """One line of goods (68A in a declaration, 29A in a consignment)."""

    sequence: Annotated[int | None, wco("006", "Number of the item, from 1.")] = None
    commodity: Annotated[Commodity | None, wco("23A", "The goods.")] = None
    customs_value: Annotated[Amount | None, wco("108", "Value for duty.")] = None
    statistical_value: Annotated[Amount | None, wco("114", "Value for trade statistics.")] = None
    invoice_amount: Annotated[Amount | None, wco("112", "Price of the item on the invoice.")] = None
    procedure: Annotated[str | None, wco("166", "Customs procedure requested.")] = None
    previous_procedure: Annotated[str | None, wco("161", "Customs procedure before.")] = None
    transaction_nature: Annotated[str | None, wco("103", "Nature of the transaction.")] = None
    origin: Annotated[str | None, wco("063", "Country of origin, ISO 3166-1 alpha-2.")] = None
    preference: Annotated[str | None, wco("164", "Tariff preference claimed.")] = None
    packaging: Annotated[tuple[Packaging, ...], wco("93A", "Packages.")] = ()
    duty_taxes: Annotated[tuple[DutyTax, ...], wco("50A", "Duties and taxes.")] = ()
    documents: Annotated[tuple[Document, ...], wco("02A", "Supporting documents.")] = ()
    additional_information: Annotated[tuple[AdditionalInformation, ...], wco("03A", "Coded statements.")] = ()
    equipment: Annotated[tuple[str, ...], wco("159", "Containers the item is in.")] = ()
    ucr: Annotated[str | None, wco("016", "Unique consignment reference of the item.")] = None
    additional_procedures: Annotated[tuple[str, ...], wco("166", "Further codes of the procedure.")] = ()
    preferential_origin: Annotated[str | None, wco("063", "Country of preferential origin.")] = None
    valuation_method: Annotated[str | None, wco("122", "Method of customs valuation, 1 to 6.")] = None
    valuation_indicators: Annotated[str | None, wco("188", "What was adjusted in the value.")] = None
    export_country: Annotated[str | None, wco("062", "Country of export of the item.")] = None
    destination_country: Annotated[str | None, wco("465", "Country of destination of the item.")] = None
    parties: Annotated[tuple[Party, ...], wco("16A 09B 27A 30A", "Parties of the item alone.")] = ()
    previous_documents: Annotated[tuple[Document, ...], wco("99A", "Documents that came before.")] = ()
    transit_type: Annotated[str | None, own("Type of transit of the item, for example T1.")] = None
