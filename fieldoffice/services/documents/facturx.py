"""ZUGFeRD / Factur-X: the printed invoice with the electronic one inside it, in one PDF.

The file is made after PDF/A-3, part B: all fonts embedded, a color profile, its metadata as XMP, the XML attached as an
alternative to the page. Its XML meets the schema of EN 16931. Whether the whole file is PDF/A-3 to the letter has not been
proved by a validator such as veraPDF; a picture with a transparent ground makes use of what PDF/A-3 allows.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# pypdf and pillow have no complete types.

from __future__ import annotations

from functools import cache
from hashlib import md5
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from PIL import ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from fieldoffice.services.documents.invoicepaper import InvoicePaper
from fieldoffice.services.documents.letters import clean
from fieldoffice.services.documents.moneypaper import midnight

NAME, LEVEL = "factur-x.xml", "EN 16931"


def embedded(pdf: bytes, xml: bytes, paper: InvoicePaper) -> bytes:
    """The printed invoice `pdf` of `paper` with its `xml` inside; the same three make the same bytes."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    writer.pdf_header = "%PDF-1.7"
    _drop_helvetica(writer)
    _attach(writer, xml, paper)
    _describe(writer, paper)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _drop_helvetica(writer: Any) -> None:
    """The maker of our pages lists Helvetica even where nothing is set in it; PDF/A wants every listed font embedded."""
    for page in writer.pages:
        fonts: Any = page["/Resources"]["/Font"]
        for name in [name for name, font in fonts.get_object().items() if font.get_object()["/BaseFont"] == "/Helvetica"]:
            del fonts.get_object()[name]


def _attach(writer: Any, xml: bytes, paper: InvoicePaper) -> None:
    """The XML as an associated file that says the same as the page."""
    file = _stream(xml, Type="/EmbeddedFile", Subtype="/text/xml")
    file[NameObject("/Params")] = _dictionary(
        CheckSum=ByteStringObject(md5(xml, usedforsecurity=False).digest()), Size=NumberObject(len(xml)),
        ModDate=TextStringObject(f"D:{midnight(paper.issued_on):%Y%m%d%H%M%S}+00'00'"),
    )
    lies = writer._add_object(file)
    name = TextStringObject(NAME)
    spec = writer._add_object(_dictionary(
        Type=NameObject("/Filespec"), F=name, UF=name, Desc=TextStringObject("Electronic invoice, EN 16931"),
        AFRelationship=NameObject("/Alternative"), EF=_dictionary(F=lies, UF=lies),
    ))
    writer.root_object.update(_dictionary(
        AF=ArrayObject([spec]), Names=_dictionary(EmbeddedFiles=_dictionary(Names=ArrayObject([name, spec]))),
    ))


def _describe(writer: Any, paper: InvoicePaper) -> None:
    """Metadata twice, as the format wants it, and the meaning of the colors."""
    about = {"/Title": clean(paper.title), "/Author": clean(paper.sender.name), "/Creator": "fieldoffice", "/Producer": "fieldoffice"}
    stamp = f"D:{midnight(paper.issued_on):%Y%m%d%H%M%S}+00'00'"
    writer.metadata = {**about, "/CreationDate": stamp, "/ModDate": stamp}
    metadata = _stream(_xmp(paper), compressed=False, Type="/Metadata", Subtype="/XML")
    profile = _stream(_srgb())
    profile[NameObject("/N")] = NumberObject(3)
    intent = _dictionary(
        Type=NameObject("/OutputIntent"), S=NameObject("/GTS_PDFA1"), OutputConditionIdentifier=TextStringObject("sRGB IEC61966-2.1"),
        Info=TextStringObject("sRGB IEC61966-2.1"), DestOutputProfile=writer._add_object(profile),
    )
    writer.root_object.update(_dictionary(
        Metadata=writer._add_object(metadata), OutputIntents=ArrayObject([writer._add_object(intent)]),
    ))


def _dictionary(**entries: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})


def _stream(data: bytes, *, compressed: bool = True, **names: str) -> Any:
    made: Any = DecodedStreamObject()
    made.set_data(data)
    made = made.flate_encode() if compressed else made
    made.update(_dictionary(**{name: NameObject(value) for name, value in names.items()}))
    return made


@cache
def _srgb() -> bytes:
    """The sRGB color profile, without the moment of its making."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # January 1, 2000
    return bytes(profile)


PROPERTIES = {
    "DocumentFileName": "The name of the embedded XML document",
    "DocumentType": "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER",
    "Version": "The actual version of the standard applying to the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}


def _xmp(paper: InvoicePaper) -> bytes:
    """The metadata with the extension that Factur-X asks for."""
    at = f"{midnight(paper.issued_on):%Y-%m-%dT%H:%M:%S}+00:00"
    told = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text'
        f"</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{words}</pdfaProperty:description></rdf:li>"
        for name, words in PROPERTIES.items()
    )
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(clean(paper.title))}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(clean(paper.sender.name))}</rdf:li></rdf:Seq></dc:creator></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>fieldoffice</pdf:Producer></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreatorTool>fieldoffice</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>{told}</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">
<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{NAME}</fx:DocumentFileName>
<fx:Version>1.0</fx:Version><fx:ConformanceLevel>{LEVEL}</fx:ConformanceLevel></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
