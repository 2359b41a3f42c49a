"""Give tests XML documents that we invented, and a way to read bytes as one."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive.model import head_of
from tidewaiter.stages.receive.xml.reader import XmlMessage
from tidewaiter.stages.receive.xml.schemas import Schemas

DATA = Path(__file__).parents[5] / "shared" / "data"

DECLARATION = """\
<?xml version="1.0" encoding="UTF-8"?>
<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2" xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"
  xmlns:ds="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">
 <md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode>
 <md:WCOTypeName>DEC</md:WCOTypeName>
 <Declaration>
  <AcceptanceDateTime><ds:DateTimeString formatCode="304">20260203101500+01</ds:DateTimeString></AcceptanceDateTime>
  <FunctionCode>9</FunctionCode>
  <FunctionalReferenceID>LRN-7</FunctionalReferenceID>
  <TypeCode>IMA</TypeCode>
  <GoodsItemQuantity>2</GoodsItemQuantity>
  <InvoiceAmount currencyID="EUR">1250.50</InvoiceAmount>
  <TotalPackageQuantity>12</TotalPackageQuantity>
  <Agent><ID>QQ222</ID><FunctionCode>2</FunctionCode></Agent>
  <BorderTransportMeans><RegistrationNationalityCode>NO</RegistrationNationalityCode><ModeCode>1</ModeCode>
  </BorderTransportMeans>
  <Declarant><ID>QQ111</ID></Declarant>
  <Exporter><Name>Invented Yarns &amp; Sons</Name>
   <Address><CityName>Nowhere</CityName><CountryCode>NO</CountryCode><Line>1 Quay</Line><PostcodeID>0001</PostcodeID>
   </Address></Exporter>
  <GoodsShipment>
   <Consignment><ContainerCode>1</ContainerCode>
    <ArrivalTransportMeans><ID>9074729</ID><IdentificationTypeCode>10</IdentificationTypeCode></ArrivalTransportMeans>
    <TransportEquipment><SequenceNumeric>1</SequenceNumeric><ID>CSQU3054383</ID>
     <Seal><SequenceNumeric>1</SequenceNumeric><ID>S-1</ID></Seal></TransportEquipment></Consignment>
   <Destination><CountryCode>SE</CountryCode></Destination>
   <ExportCountry><ID>NO</ID></ExportCountry>
   <GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
    <AdditionalDocument><CategoryCode>C</CategoryCode><ID>L-9</ID><TypeCode>512</TypeCode></AdditionalDocument>
    <Commodity><Description>Woollen yarn, undyed</Description>
     <Classification><ID>51071000</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification>
     <DutyTaxFee><DutyRegimeCode>100</DutyRegimeCode></DutyTaxFee>
     <DutyTaxFee><TypeCode>A00</TypeCode><Payment><MethodCode>E</MethodCode></Payment></DutyTaxFee>
     <GoodsMeasure><GrossMassMeasure>110</GrossMassMeasure>
      <NetNetWeightMeasure unitCode="KGM">100</NetNetWeightMeasure></GoodsMeasure>
     <InvoiceLine><ItemChargeAmount currencyID="EUR">1000</ItemChargeAmount></InvoiceLine>
     <TransportEquipment><SequenceNumeric>1</SequenceNumeric><ID>CSQU3054383</ID></TransportEquipment></Commodity>
    <GovernmentProcedure><CurrentCode>40</CurrentCode><PreviousCode>00</PreviousCode></GovernmentProcedure>
    <GovernmentProcedure><CurrentCode>1CS</CurrentCode></GovernmentProcedure>
    <Origin><CountryCode>NO</CountryCode><TypeCode>1</TypeCode></Origin>
    <Origin><CountryCode>IS</CountryCode><TypeCode>2</TypeCode></Origin>
    <Packaging><SequenceNumeric>1</SequenceNumeric><MarksNumbersID>YARN</MarksNumbersID>
     <QuantityQuantity>10</QuantityQuantity><TypeCode>CT</TypeCode></Packaging></GovernmentAgencyGoodsItem>
   <GovernmentAgencyGoodsItem><SequenceNumeric>2</SequenceNumeric>
    <Commodity><Description>Knitting needles</Description></Commodity></GovernmentAgencyGoodsItem>
   <Importer><ID>QQ333</ID></Importer>
   <PreviousDocument><CategoryCode>Z</CategoryCode><ID>MAN-5</ID><TypeCode>785</TypeCode><LineNumeric>3</LineNumeric>
   </PreviousDocument>
   <TradeTerms><ConditionCode>CIF</ConditionCode><LocationName>Gothenburg</LocationName></TradeTerms>
  </GoodsShipment>
 </Declaration>
</md:MetaData>
"""

TRANSIT = """\
<?xml version="1.0" encoding="UTF-8"?>
<ncts:CC015C xmlns:ncts="http://ncts.dgtaxud.ec" PhaseID="NCTS6">
 <messageSender>NTA.QQ</messageSender><messageRecipient>NTA.NO</messageRecipient>
 <preparationDateAndTime>2026-03-04T05:06:07</preparationDateAndTime>
 <messageIdentification>M-1</messageIdentification><messageType>CC015C</messageType>
 <TransitOperation><LRN>T-77</LRN><declarationType>T1</declarationType>
  <additionalDeclarationType>A</additionalDeclarationType><security>0</security>
  <reducedDatasetIndicator>0</reducedDatasetIndicator><bindingItinerary>1</bindingItinerary>
  <limitDate>2026-03-10</limitDate></TransitOperation>
 <CustomsOfficeOfDeparture><referenceNumber>NO000001</referenceNumber></CustomsOfficeOfDeparture>
 <CustomsOfficeOfDestinationDeclared><referenceNumber>SE000002</referenceNumber></CustomsOfficeOfDestinationDeclared>
 <CustomsOfficeOfTransitDeclared><sequenceNumber>1</sequenceNumber><referenceNumber>FI000003</referenceNumber>
 </CustomsOfficeOfTransitDeclared>
 <CustomsOfficeOfTransitDeclared><sequenceNumber>2</sequenceNumber><referenceNumber>DK000004</referenceNumber>
 </CustomsOfficeOfTransitDeclared>
 <HolderOfTheTransitProcedure><identificationNumber>NO555</identificationNumber></HolderOfTheTransitProcedure>
 <Guarantee><sequenceNumber>1</sequenceNumber><guaranteeType>1</guaranteeType>
  <GuaranteeReference><sequenceNumber>1</sequenceNumber><GRN>26NO00000000000001</GRN>
   <accessCode>A1B2</accessCode><amountToBeCovered>100.00</amountToBeCovered><currency>EUR</currency>
  </GuaranteeReference>
  <GuaranteeReference><sequenceNumber>2</sequenceNumber><GRN>26NO00000000000002</GRN>
   <amountToBeCovered>50.00</amountToBeCovered><currency>EUR</currency></GuaranteeReference></Guarantee>
 <Consignment><containerIndicator>1</containerIndicator><inlandModeOfTransport>3</inlandModeOfTransport>
  <modeOfTransportAtTheBorder>1</modeOfTransportAtTheBorder><grossMass>300</grossMass>
  <TransportEquipment><sequenceNumber>1</sequenceNumber>
   <containerIdentificationNumber>CSQU3054383</containerIdentificationNumber><numberOfSeals>1</numberOfSeals>
   <Seal><sequenceNumber>1</sequenceNumber><identifier>S-1</identifier></Seal>
   <GoodsReference><sequenceNumber>1</sequenceNumber><declarationGoodsItemNumber>2</declarationGoodsItemNumber>
   </GoodsReference></TransportEquipment>
  <LocationOfGoods><typeOfLocation>A</typeOfLocation><qualifierOfIdentification>V</qualifierOfIdentification>
   <CustomsOffice><referenceNumber>NO000001</referenceNumber></CustomsOffice></LocationOfGoods>
  <DepartureTransportMeans><sequenceNumber>1</sequenceNumber><typeOfIdentification>30</typeOfIdentification>
   <identificationNumber>AB12345</identificationNumber><nationality>NO</nationality></DepartureTransportMeans>
  <TransportDocument><sequenceNumber>1</sequenceNumber><type>N705</type><referenceNumber>BL-1</referenceNumber>
  </TransportDocument>
  <TransportDocument><sequenceNumber>2</sequenceNumber><type>N705</type><referenceNumber>BL-2</referenceNumber>
  </TransportDocument>
  <HouseConsignment><sequenceNumber>1</sequenceNumber><grossMass>100</grossMass>
   <ConsignmentItem><goodsItemNumber>1</goodsItemNumber><declarationGoodsItemNumber>1</declarationGoodsItemNumber>
    <Commodity><descriptionOfGoods>Woollen yarn</descriptionOfGoods>
     <CommodityCode><harmonizedSystemSubHeadingCode>510710</harmonizedSystemSubHeadingCode>
      <combinedNomenclatureCode>00</combinedNomenclatureCode></CommodityCode>
     <GoodsMeasure><grossMass>100</grossMass></GoodsMeasure></Commodity>
    <Packaging><sequenceNumber>1</sequenceNumber><typeOfPackages>CT</typeOfPackages>
     <numberOfPackages>5</numberOfPackages><shippingMarks>Y</shippingMarks></Packaging></ConsignmentItem>
  </HouseConsignment>
  <HouseConsignment><sequenceNumber>2</sequenceNumber><grossMass>200</grossMass>
   <ConsignmentItem><goodsItemNumber>1</goodsItemNumber><declarationGoodsItemNumber>2</declarationGoodsItemNumber>
    <Commodity><descriptionOfGoods>Needles</descriptionOfGoods>
     <GoodsMeasure><grossMass>200</grossMass></GoodsMeasure></Commodity></ConsignmentItem>
  </HouseConsignment>
 </Consignment>
</ncts:CC015C>
"""

ReadXml = Callable[..., list[receive.Reading]]


@pytest.fixture
def declaration() -> str:
    """A WCO declaration."""
    return DECLARATION


@pytest.fixture
def transit() -> str:
    """An NCTS declaration."""
    return TRANSIT


@pytest.fixture
def opened() -> Callable[..., XmlMessage]:
    """A function that opens bytes or text as an XML message."""

    def open_xml(data: bytes | str, schemas: Schemas | None = None, **settings: int) -> XmlMessage:
        raw = data.encode() if isinstance(data, str) else data
        head = head_of("xml", len(raw), None, kind="xml")
        return XmlMessage(io.BytesIO(raw), head, Settings(**settings), schemas)  # type: ignore[arg-type]  # all are numbers

    return open_xml


@pytest.fixture
def read_xml(opened: Callable[..., XmlMessage]) -> ReadXml:
    """A function that reads every record of bytes or text as XML."""

    def read(data: bytes | str, schemas: Schemas | None = None, **settings: int) -> list[receive.Reading]:
        return list(opened(data, schemas, **settings).readings())

    return read


@pytest.fixture
def codes(read_xml: ReadXml) -> Callable[..., list[str]]:
    """A function that reads bytes or text as XML and returns the codes of the faults."""

    def read(data: bytes | str, **settings: int) -> list[str]:
        return [fault.code for one in read_xml(data, **settings) for fault in one.faults]

    return read


@pytest.fixture
def data() -> Path:
    """The folder of shared data."""
    return DATA
