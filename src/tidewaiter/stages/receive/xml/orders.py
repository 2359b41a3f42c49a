"""List the order in which the schemas of customs documents want their elements."""

from __future__ import annotations

from collections.abc import Mapping

_DECLARATION = """
AEOMutualRecognitionParty: ID RoleCode
AdditionalDocument: CategoryCode EffectiveDateTime ID Name TypeCode LPCOExemptionCode Submitter WriteOff
AdditionalInformation: StatementCode StatementDescription StatementTypeCode Pointer
Address: TypeCode CityName CountryCode CountrySubDivisionCode CountrySubDivisionName Line PostcodeID
Agent: Name ID FunctionCode Address
Amendment: ChangeReasonCode Pointer
ArrivalTransportMeans: Name ID IdentificationTypeCode TypeCode ModeCode
Authentication: Authentication Authenticator
AuthorisationHolder: ID CategoryCode
BorderTransportMeans: Name ID IdentificationTypeCode TypeCode RegistrationNationalityCode ModeCode
Buyer: Name ID Address Contact Communication
Carrier: Name ID Address Communication
ChargeDeduction: ChargesTypeCode OtherChargeDeductionAmount
Classification: ID IdentificationTypeCode
Commodity: Description Classification DangerousGoods DutyTaxFee GoodsMeasure InvoiceLine TransportEquipment
Communication: ID TypeCode
Consignee: Name ID Address
Consignment: Carrier ContainerCode ConsignmentItem ArrivalTransportMeans Consignor DepartureTransportMeans Freight
  GoodsLocation Itinerary LoadingLocation TransportEquipment
ConsignmentItem: SequenceNumeric Consignor Freight
Consignor: Name ID Address
CurrencyExchange: CurrencyTypeCode RateNumeric
CustomsValuation: FreightChargeAmount MethodCode ChargeDeduction
Declarant: Name ID Address Contact Communication
Declaration: AcceptanceDateTime FunctionCode FunctionalReferenceID ID IssueDateTime IssueLocationID TypeCode
  GoodsItemQuantity DeclarationOfficeID InvoiceAmount LoadingListQuantity TotalGrossMassMeasure TotalPackageQuantity
  SpecificCircumstancesCodeCode Authentication Submitter AdditionalDocument AdditionalInformation Agent Amendment
  AuthorisationHolder BorderTransportMeans Consignment CurrencyExchange Declarant ExitOffice Exporter GoodsShipment
  ObligationGuarantee PresentationOffice SupervisingOffice
DepartureTransportMeans: Name ID IdentificationTypeCode TypeCode ModeCode
Destination: CountryCode RegionID
DomesticDutyTaxParty: ID RoleCode
DutyTaxFee: AdValoremTaxBaseAmount DeductAmount DutyRegimeCode SpecificTaxBaseQuantity TaxRateNumeric TypeCode
  QuotaOrderID Payment
Exporter: Name ID Address Contact Communication
GoodsLocation: Name ID TypeCode Address
GoodsMeasure: GrossMassMeasure NetNetWeightMeasure TariffQuantity
GoodsShipment: ExitDateTime TransactionNatureCode AEOMutualRecognitionParty Buyer Consignee Consignment Consignor
  CustomsValuation Destination DomesticDutyTaxParty ExportCountry GovernmentAgencyGoodsItem Importer Invoice Payer
  PreviousDocument Seller Surety TradeTerms UCR Warehouse
GovernmentAgencyGoodsItem: CustomsValueAmount SequenceNumeric StatisticalValueAmount TransactionNatureCode
  AdditionalDocument AdditionalInformation AEOMutualRecognitionParty Buyer Commodity Consignee Consignor
  CustomsValuation Destination DomesticDutyTaxParty ExportCountry GovernmentProcedure Origin Packaging
  PreviousDocument Seller UCR ValuationAdjustment
GovernmentProcedure: CurrentCode PreviousCode
Importer: Name ID Address Contact Communication
Invoice: ID IssueDateTime
Itinerary: SequenceNumeric RoutingCountryCode
LoadingLocation: Name ID
ObligationGuarantee: AmountAmount ID ReferenceID SecurityDetailsCode AccessCode GuaranteeOffice
Origin: CountryCode RegionID TypeCode
Packaging: SequenceNumeric MarksNumbersID QuantityQuantity TypeCode PackingMaterialDescription LengthMeasure
  WidthMeasure HeightMeasure VolumeMeasure
Payer: Name ID Address
Payment: MethodCode TaxAssessedAmount PaymentAmount
Pointer: SequenceNumeric DocumentSectionCode TagID
PreviousDocument: CategoryCode ID TypeCode LineNumeric
Seal: SequenceNumeric ID
Seller: Name ID Address Contact Communication
Submitter: Name ID RoleCode Address
Surety: Name ID Address
TradeTerms: ConditionCode CountryRelationshipCode Description LocationID LocationName
TransportEquipment: SequenceNumeric ID Seal
UCR: ID TraderAssignedReferenceID
Warehouse: ID TypeCode
WriteOff: QuantityQuantity AmountAmount
"""

_RESPONSE = """
AdditionalInformation: StatementCode StatementDescription LimitDateTime StatementTypeCode Pointer
Amendment: ChangeReasonCode Pointer
Bank: ReferenceID ID
Communication: ID TypeCode
ContactOffice: ID Communication
Declaration: AcceptanceDateTime CancellationDateTime FunctionalReferenceID ID RejectionDateTime VersionID DutyTaxFee
  GoodsShipment
DutyTaxFee: AdValoremTaxBaseAmount DeductAmount DutyRegimeCode SpecificTaxBaseQuantity TaxRateNumeric TypeCode
  Payment
Error: Description ValidationCode Pointer
GovernmentAgencyGoodsItem: SequenceNumeric Commodity
Payment: ReferenceID TaxAssessedAmount DueDateTime PaymentAmount ObligationGuarantee
Pointer: SequenceNumeric DocumentSectionCode TagID
Response: FunctionCode FunctionalReferenceID IssueDateTime AdditionalInformation Amendment AppealOffice Bank
  ContactOffice Error Status Declaration
Status: EffectiveDateTime NameCode ReleaseDateTime Pointer
"""

_TRANSIT = """
messageSender sequenceNumber typeOfLocation latitude streetAndNumber houseNumber LRN methodOfPayment
descriptionOfGoods harmonizedSystemSubHeadingCode conform errorPointer requestDateAndTime messageRecipient
containerIdentificationNumber role type UNNumber guaranteeType customsOfficeAtBorderReferenceNumber GRN identifier
code qualifierOfIdentification longitude postcode MRN passageDate cusCode combinedNomenclatureCode unloadingCompletion
errorCode
decisionDateAndTime preparationDateAndTime numberOfSeals referenceNumber otherGuaranteeReference typeOfIdentification
accessCode text authorisationNumber city arrivalNotificationDateAndTime businessRejectionType otherThingsToReport
CommodityCode unloadingDate errorReason decision messageIdentification Seal goodsItemNumber documentLineItemNumber
arrivalDateAndTimeEstimated GuaranteeReference identificationNumber amountToBeCovered additionalIdentifier
simplifiedProcedure rejectionDateAndTime DangerousGoods stateOfSeals originalAttributeValue initiatedByCustoms
messageType GoodsReference declarationGoodsItemNumber typeOfPackages nationality TIRHolderIdentificationNumber status
communicationLanguageAtDestination currency UNLocode rejectionCode GoodsMeasure unloadingRemark justification
correlationIdentifier declarationType numberOfPackages conveyanceReferenceNumber name CustomsOffice country
rejectionReason TransitOperation additionalDeclarationType countryOfDispatch measurementUnitAndQualifier shippingMarks
phoneNumber GNSS location Invalidation Authorisation TIRCarnetNumber countryOfDestination quantity eMailAddress
EconomicOperator CustomsOfficeOfDeparture CustomsOfficeOfTransitActual CustomsOfficeOfDestinationActual
presentationOfTheGoodsDateAndTime
containerIndicator complementOfInformation Address CustomsOfficeOfDestinationDeclared TraderAtDestination security
inlandModeOfTransport PostcodeAddress CustomsOfficeOfTransitDeclared UnloadingRemark reducedDatasetIndicator
modeOfTransportAtTheBorder ContactPerson CustomsOfficeOfExitForTransitDeclared specificCircumstanceIndicator grossMass
HolderOfTheTransitProcedure communicationLanguageAtDeparture referenceNumberUCR netMass Representative
bindingItinerary Carrier supplementaryUnits Guarantee FunctionalError amendmentTypeFlag Consignor Consignment
limitDate Consignee AdditionalSupplyChainActor Commodity TransportEquipment Packaging LocationOfGoods
DepartureTransportMeans CountryOfRoutingOfConsignment ActiveBorderTransportMeans PlaceOfLoading PlaceOfUnloading
PreviousDocument SupportingDocument TransportDocument AdditionalReference AdditionalInformation TransportCharges
HouseConsignment ConsignmentItem
"""


def _parsed(text: str) -> Mapping[str, Mapping[str, int]]:
    """Return element → its children with their ranks, from lines of `element: child child`."""
    orders: dict[str, Mapping[str, int]] = {}
    for line in text.replace("\n  ", " ").strip().splitlines():
        name, _, children = line.partition(": ")
        orders[name] = _ranks(children)
    return orders


def _ranks(names: str) -> Mapping[str, int]:
    """Return each of the names with its place among them."""
    return {name: at for at, name in enumerate(names.split())}


DECLARATION_ORDER = _parsed(_DECLARATION)
"""Of a WCO declaration (42A): element → its children, each with its rank. Source: WCO Data Model 3.6."""

RESPONSE_ORDER = _parsed(_RESPONSE)
"""Of a WCO response (07B)."""

TRANSIT_ORDER: Mapping[str, Mapping[str, int]] = {"": _ranks(_TRANSIT)}
"""Of NCTS messages: one order that every element's children keep. Source: NCTS phase 6, DDNTA 6.4.1."""
