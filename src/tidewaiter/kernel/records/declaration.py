"""Say what is declared: the goods declaration and its goods shipment."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from tidewaiter.kernel.records._base import Amount, Measure, Part, Record, own, wco
from tidewaiter.kernel.records.consignment import Consignment
from tidewaiter.kernel.records.goods import AdditionalInformation, Document, GoodsItem
from tidewaiter.kernel.records.parties import Party


class TradeTerms(Part, frozen=True, kw_only=True):
    """Delivery terms (22B)."""

    code: Annotated[str | None, wco("090", "Incoterms rule, three letters.")] = None
    place: Annotated[str | None, wco("L001", "Named place.")] = None
    edition: Annotated[str | None, own("Edition of the Incoterms rules, for example 2020.")] = None


class Invoice(Part, frozen=True, kw_only=True):
    """A commercial invoice (78A)."""

    number: Annotated[str | None, wco("D016", "Number given by the seller.")] = None
    issued: Annotated[datetime | None, wco("D015", "When it was issued.")] = None
    amount: Annotated[Amount | None, wco("109", "Total.")] = None


class Guarantee(Part, frozen=True, kw_only=True):
    """A guarantee for duties (90A)."""

    type: Annotated[str | None, wco("101", "Kind of guarantee.")] = None
    reference: Annotated[str | None, wco("100", "Guarantee reference number.")] = None
    amount: Annotated[Amount | None, wco("492", "Amount covered.")] = None
    id: Annotated[str | None, wco("D014", "Number of a guarantee of another kind.")] = None


class Authorisation(Part, frozen=True, kw_only=True):
    """A permit that a procedure is used under (17C)."""

    type: Annotated[str | None, wco("R145", "Kind of permit.")] = None
    holder: Annotated[str | None, wco("R144", "Identifier of the holder.")] = None
    number: Annotated[str | None, own("Number of the permit.")] = None


class Amendment(Part, frozen=True, kw_only=True):
    """One change of what was declared before (06A)."""

    reason: Annotated[str | None, wco("099", "Code of the reason.")] = None
    location: Annotated[str | None, wco("97A", "What is changed: a chain of section codes.")] = None


class GoodsShipment(Part, frozen=True, kw_only=True):
    """The goods of one declaration (67A)."""

    export_country: Annotated[str | None, wco("062", "Country of export, ISO 3166-1 alpha-2.")] = None
    destination_country: Annotated[str | None, wco("465", "Country of destination.")] = None
    trade_terms: Annotated[TradeTerms | None, wco("22B", "Delivery terms.")] = None
    ucr: Annotated[str | None, wco("016", "Unique consignment reference.")] = None
    invoices: Annotated[tuple[Invoice, ...], wco("78A", "Invoices.")] = ()
    previous_documents: Annotated[tuple[Document, ...], wco("99A", "Documents that came before.")] = ()
    consignment: Annotated[Consignment | None, wco("28A", "How the goods travel.")] = None
    items: Annotated[tuple[GoodsItem, ...], wco("68A", "Goods items.")] = ()
    transaction_nature: Annotated[str | None, wco("103", "Nature of the transaction.")] = None


class Declaration(Record, frozen=True, kw_only=True):
    """A goods declaration (42A): import, export, or transit lodged as a declaration."""

    function: Annotated[str | None, wco("017", "1 cancel, 4 change, 5 replace, 9 original.")] = None
    lrn: Annotated[str | None, wco("D026", "Local reference number, given by the declarant.")] = None
    mrn: Annotated[str | None, wco("D014", "Movement reference number, given by customs.")] = None
    type: Annotated[str | None, wco("D013", "Type, for example IM, EX or a national code.")] = None
    issued: Annotated[datetime | None, wco("D011", "When it was issued.")] = None
    accepted: Annotated[datetime | None, wco("023", "When customs accepted it.")] = None
    office: Annotated[str | None, wco("065", "Customs office.")] = None
    item_count: Annotated[int | None, wco("228", "Number of goods items said in the header.")] = None
    invoice_amount: Annotated[Amount | None, wco("109", "Total invoice amount.")] = None
    gross_mass: Annotated[Measure | None, wco("131", "Total gross mass.")] = None
    packages: Annotated[int | None, wco("146", "Total packages.")] = None
    parties: Annotated[
        tuple[Party, ...], wco("57A 74A 57B 05A 16A 09B", "Importer, exporter, declarant, agent, buyer, seller.")
    ] = ()
    goods_shipment: Annotated[GoodsShipment | None, wco("67A", "The goods.")] = None
    guarantees: Annotated[tuple[Guarantee, ...], wco("90A", "Guarantees.")] = ()
    documents: Annotated[tuple[Document, ...], wco("02A", "Supporting documents.")] = ()
    additional_information: Annotated[tuple[AdditionalInformation, ...], wco("03A", "Coded statements.")] = ()
    exit_office: Annotated[str | None, wco("G005", "Customs office of exit.")] = None
    presentation_office: Annotated[str | None, wco("G015", "Customs office where the goods are presented.")] = None
    supervising_office: Annotated[str | None, wco("G012", "Customs office that supervises the procedure.")] = None
    authorisations: Annotated[tuple[Authorisation, ...], wco("17C", "Permits used.")] = ()
    amendments: Annotated[tuple[Amendment, ...], wco("06A", "What a change changes, and why.")] = ()

    def party(self, role: str) -> Party | None:
        """Return the first party in the role, or None."""
        return next((party for party in self.parties if party.role == role), None)

    @property
    def items(self) -> tuple[GoodsItem, ...]:
        """The goods items, in order; empty where there is no goods shipment."""
        return self.goods_shipment.items if self.goods_shipment else ()
