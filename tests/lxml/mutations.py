"""Small random changes to a CFDI, as programs, copies and attackers make them. Every one takes text and gives text or bytes."""

import re

NAMES = ["PEÑA Y MUÑOZ", "A &amp; B", "X&#13;&#10;Bcc: a@example.com", "  DOS   BLANCOS ", "tab&#9;ulador", "漢字 😀", "&quot;CITA&quot;"]
VALUES = {
    "Total": ["0", "0.000001", "999999999999999999.999999", "1e3", "-1", "1,000.00", ".5", "00.10", "1.1234567", " 7 "],
    "Fecha": ["2026-02-30T10:00:00", "2026-11-22", "2026-11-22T10:00:00Z", "2026-1-2T10:00:00", " 2026-11-22T10:00:00 "],
    "TipoDeComprobante": ["I", "E", "T", "N", "P", "R", "ingreso", "i", ""],
    "Version": ["4.0", "3.3", "3.2", "5.0", ""],
    "Serie": ["", "A|B", "../..", "Ñ&amp;", "&#x41;"],
    "Folio": ["", "0", "123456789012345678901234567890", " 1 "],
    "Rfc": ["XAXX010101000", "&amp;ÑA010101AB1", "ñaim850315gh1", "DEM0101", "", "MAL991399AA1", " EKU9003173C9 "],
    "UUID": ["6bd2b1f8-7d30-4e2b-9a55-3f1f0c1a2b3c", "6BD2B1F87D304E2B9A553F1F0C1A2B3C", " 6BD2B1F8-7D30-4E2B-9A55-3F1F0C1A2B3C&#10;", "", "{6BD2B1F8-7D30-4E2B-9A55-3F1F0C1A2B3C}"],
    "FechaTimbrado": ["2026-11-22T10:00:00", "ayer", ""],
    "MontoTotalPagos": ["12.50", "x"],
    "Moneda": ["USD", "", "XXX"],
    "Nombre": NAMES,
}
JUNK = [
    "<!-- <cfdi:Emisor Rfc=\"MAL010101AAA\"/> -->",
    "<?otro instruccion?>",
    "<x:Emisor xmlns:x=\"urn:x\" Rfc=\"MAL010101AAA\"/>",
    "<cfdi:Emisor Rfc=\"MAL010101AAA\"/>",
    "<cfdi:Receptor Rfc=\"MAL010101AAA\"/>",
    "<cfdi:Complemento/>",
    "<cfdi:Complemento><tfd:TimbreFiscalDigital xmlns:tfd=\"http://www.sat.gob.mx/TimbreFiscalDigital\" UUID=\"0A0A0A0A-0B0B-4C0C-8D0D-0E0E0E0E0E0E\" FechaTimbrado=\"2026-11-22T10:00:00\"/></cfdi:Complemento>",
    "<tfd:TimbreFiscalDigital xmlns:tfd=\"http://www.sat.gob.mx/TimbreFiscalDigital\" UUID=\"0A0A0A0A-0B0B-4C0C-8D0D-0E0E0E0E0E0E\"/>",
    "<cfdi:Addenda><![CDATA[</cfdi:Comprobante>]]></cfdi:Addenda>",
    "<cfdi:Addenda><a><cfdi:Emisor Rfc=\"MAL010101AAA\"/></a></cfdi:Addenda>",
    "<sap:x/>",
    "&#65;&amp;",
    "&nbsp;",
    "texto suelto",
    "<roto",
]


def attribute(random, text):
    """Another value for one attribute."""
    name = random.choice(list(VALUES))
    places = list(re.finditer(rf'(?<![\w:]){name}="[^"]*"', text))
    if not places:
        return text
    place = random.choice(places)
    return text[: place.start()] + f'{name}="{random.choice(VALUES[name])}"' + text[place.end() :]


def without_attribute(random, text):
    """One attribute less."""
    places = list(re.finditer(r' [\w:]+="[^"]*"', text))
    if not places:
        return text
    place = random.choice(places)
    return text[: place.start()] + text[place.end() :]


def doubled_attribute(random, text):
    """One attribute twice, which no XML allows."""
    places = list(re.finditer(r' [\w:]+="[^"]*"', text))
    if not places:
        return text
    place = random.choice(places)
    return text[: place.end()] + place.group() + text[place.end() :]


def other_quotes(random, text):
    """Apostrophes for quotes, and blanks around the equals sign."""
    places = list(re.finditer(r'([\w:]+)="([^"\']*)"', text))
    if not places:
        return text
    place = random.choice(places)
    return text[: place.start()] + f"{place.group(1)} =\n '{place.group(2)}'" + text[place.end() :]


def junk(random, text):
    """Something between two tags."""
    places = [match.start() for match in re.finditer("<", text)][1:]
    if not places:
        return text
    place = random.choice(places)
    return text[:place] + random.choice(JUNK) + text[place:]


def prefixes(random, text):
    """Other prefixes, none, or an undeclared one."""
    choice = random.randrange(4)
    if choice == 0:
        return text.replace("cfdi:", "f:").replace(":cfdi=", ":f=")
    if choice == 1:
        return text.replace("cfdi:", "").replace("xmlns:cfdi", "xmlns")
    if choice == 2:
        return text.replace("tfd:", "t:").replace(":tfd=", ":t=")
    return text.replace(" xmlns:xsi=", " xmlns:otro=", 1)


def namespaces(random, text):
    """A namespace that is not the SAT's, or another of the SAT's."""
    known = ["sat.gob.mx/cfd/4", "sat.gob.mx/cfd/3", "sat.gob.mx/TimbreFiscalDigital", "sat.gob.mx/Pagos20"]
    return text.replace(random.choice(known), random.choice([*known, "sat.gob.mx/cfd/2", "sat.gob.mx/cfd/44"]))


def removed_element(random, text):
    """One element without content less."""
    places = list(re.finditer(r"<[\w:]+( [^<>]*)?/>", text))
    if not places:
        return text
    place = random.choice(places)
    return text[: place.start()] + text[place.end() :]


def repeated_element(random, text):
    """One element without content twice."""
    places = list(re.finditer(r"<[\w:]+( [^<>]*)?/>", text))
    if not places:
        return text
    place = random.choice(places)
    return text[: place.end()] + place.group() + text[place.end() :]


def nested(random, text):
    """A whole other CFDI in the Addenda."""
    inner = text.partition("?>")[2].replace("Rfc=\"DEM", "Rfc=\"OTR")
    end = text.rfind("</")
    return text[:end] + f"<{'cfdi:' if 'cfdi:' in text else ''}Addenda>{inner}</{'cfdi:' if 'cfdi:' in text else ''}Addenda>" + text[end:]


def doctype(random, text):
    """A document type, with or without an entity."""
    choice = random.choice(["<!DOCTYPE x>", '<!DOCTYPE x [<!ENTITY e "a">]>'])
    return text.replace("?>", f"?>{choice}", 1)


def cut(random, text):
    """The end is missing."""
    return text[: random.randrange(len(text) + 1)]


def letter(random, text):
    """One character is another, or gone, or one too many."""
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(["", "<", ">", "&", '"', "'", "\u0001", "ñ", "😀", "\ufffe", "=", "/", " "]) + text[at + random.randrange(2) :]


TEXTS = [attribute] * 6 + [without_attribute, other_quotes, junk, junk, prefixes, removed_element, repeated_element, nested] * 2 + [doubled_attribute, namespaces, doctype, cut, letter]


def encoded(random, text):
    """The bytes of a text, mostly as the SAT asks for."""
    choice = random.randrange(24)
    if choice == 0:
        return b"\xef\xbb\xbf" + text.encode()
    if choice == 1:
        return text.replace("UTF-8", "UTF-16", 1).encode("utf-16")
    if choice == 2:
        return text.replace("UTF-8", "ISO-8859-1", 1).encode("latin-1", "xmlcharrefreplace")
    if choice == 3:
        return text.encode("latin-1", "replace")
    if choice == 4:
        return b"\xef\xbb\xbf" * 2 + text.encode()
    if choice == 5:
        return text.replace("UTF-8", "windows-1252", 1).encode("cp1252", "xmlcharrefreplace")
    return text.encode("utf-8", "replace")
