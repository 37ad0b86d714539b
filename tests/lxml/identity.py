"""What a CFDI says about itself, read with lxml: by namespace and path, from the SAT's schemas, without a line of the host's."""

import datetime
import re
from decimal import Decimal

from lxml import etree

CFDI_3, CFDI_4 = "http://www.sat.gob.mx/cfd/3", "http://www.sat.gob.mx/cfd/4"
RETENTION_1, RETENTION_2 = (f"http://www.sat.gob.mx/esquemas/retencionpago/{n}" for n in (1, 2))
TIMBRE = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
FOREIGN = "XEXX010101000"

HEX = "[0-9A-F]"
UUID = re.compile(f"{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}")
AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,6})?")
RFC = re.compile(r"[A-ZÑ&]{3,4}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{3}")
MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})((\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)")
KINDS = {"ingreso": "I", "egreso": "E", "traslado": "T", "I": "I", "E": "E", "T": "T", "N": "N", "P": "P"}


class Refused(Exception):
    """It is not certain what the document is."""


def parse(content, recover=False):
    """The tree of a document; lxml resolves nothing and reaches nowhere."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=recover)
    return etree.fromstring(content, parser)


def identity(root):
    """The fields that name a document, or Refused."""
    if root.getroottree().docinfo.doctype:
        raise Refused("dtd")
    namespace, name = split(root)
    if (namespace, name) in ((CFDI_3, "Comprobante"), (CFDI_4, "Comprobante")):
        return comprobante(root, namespace)
    if (namespace, name) in ((RETENTION_1, "Retenciones"), (RETENTION_2, "Retenciones")):
        return retention(root, namespace)
    raise Refused("root")


def split(element):
    tag = etree.QName(element)
    return tag.namespace, tag.localname


def children(parent, *names):
    """Elements right under another; comments and instructions are none."""
    return [child for child in parent if isinstance(child.tag, str) and child.tag in names]


def value(element, name):
    """The attribute with white space collapsed (XML Schema part 2, 4.3.6); none when empty."""
    text = element.get(name)
    if text is None:
        return None
    return re.sub("[\t\n\r ]+", " ", text).strip(" ") or None


def only(elements, what):
    if len(elements) != 1:
        raise Refused(f"{len(elements)} x {what}")
    return elements[0]


def matching(pattern, text, what):
    if text is None or not pattern.fullmatch(text):
        raise Refused(what)
    return text


def moment(text, what):
    stamp = matching(MOMENT, text, what)
    try:
        # Python knows no leap second; the SAT's schema has none either.
        datetime.datetime.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError as error:
        raise Refused(what) from error
    return stamp


def rfc(text):
    # Programs write it in any case and with blanks around it.
    return matching(RFC, None if text is None else text.strip().upper(), "rfc")


def uuid(root, namespace):
    found = set()
    for complement in children(root, f"{{{namespace}}}Complemento"):
        for timbre in children(complement, TIMBRE):
            text = value(timbre, "UUID")
            found.add(matching(UUID, None if text is None else text.upper(), "uuid"))
            moment(value(timbre, "FechaTimbrado"), "timbre date")
    if len(found) != 1:
        raise Refused(f"{len(found)} folios")
    return found.pop()


def comprobante(root, namespace):
    old = namespace == CFDI_3 and value(root, "version") is not None
    case = str.lower if old else str
    kind = value(root, "tipoDeComprobante" if old else "TipoDeComprobante")
    if kind not in KINDS:
        raise Refused("kind")
    issuer = only(children(root, f"{{{namespace}}}Emisor"), "Emisor")
    receiver = only(children(root, f"{{{namespace}}}Receptor"), "Receptor")
    fields = {
        "uuid": uuid(root, namespace),
        "version": value(root, "version" if old else "Version"),
        "kind": KINDS[kind],
        "serie": value(root, case("Serie")),
        "folio": value(root, case("Folio")),
        "date": moment(value(root, case("Fecha")), "date"),
        "issuer_rfc": rfc(value(issuer, case("Rfc"))),
        "issuer_name": value(issuer, case("Nombre")),
        "receiver_rfc": rfc(value(receiver, case("Rfc"))),
        "receiver_name": value(receiver, case("Nombre")),
        "total": matching(AMOUNT, value(root, case("Total")), "total"),
        "currency": value(root, "Moneda") or "",
    }
    if fields["version"] is None:
        raise Refused("version")
    paid = payments(root, namespace) if fields["kind"] == "P" else None
    fields["total"] = paid or fields["total"]
    return fields


def payments(root, namespace):
    """The sum of the payments: of complement Pagos 2.0 as it says, of Pagos 1.0 added up where all are in pesos."""
    pagos = "{http://www.sat.gob.mx/Pagos20}"
    found = None
    for complement in children(root, f"{{{namespace}}}Complemento"):
        for payment in children(complement, f"{pagos}Pagos"):
            for totals in children(payment, f"{pagos}Totales"):
                found = value(totals, "MontoTotalPagos")
    return old_payments(root, namespace) if found is None else matching(AMOUNT, found, "payments")


def old_payments(root, namespace):
    pagos = "{http://www.sat.gob.mx/Pagos}"
    amounts = []
    for complement in children(root, f"{{{namespace}}}Complemento"):
        for payment in children(complement, f"{pagos}Pagos"):
            for one in children(payment, f"{pagos}Pago"):
                amount = value(one, "Monto") if value(one, "MonedaP") == "MXN" else None
                if amount is None or not AMOUNT.fullmatch(amount):
                    return None
                amounts.append(Decimal(amount))
    total = format(sum(amounts), "f") if amounts else None
    return total if total is not None and AMOUNT.fullmatch(total) else None


def retention(root, namespace):
    first = namespace == RETENTION_1
    own = f"{{{namespace}}}"
    issuer = only(children(root, f"{own}Emisor"), "Emisor")
    parties = [party for node in children(root, f"{own}Receptor") for party in children(node, f"{own}Nacional", f"{own}Extranjero")]
    receiver = only(parties, "Receptor")
    foreign = split(receiver)[1] == "Extranjero"
    receiver_rfc = value(receiver, "RFCRecep" if first else "RfcR")
    totals = children(root, f"{own}Totales")
    total = value(totals[-1], "montoTotOperacion" if first else "MontoTotOperacion") if totals else None
    version = value(root, "Version")
    if version is None:
        raise Refused("version")
    return {
        "uuid": uuid(root, namespace),
        "version": version,
        "kind": "R",
        "serie": None,
        "folio": value(root, "FolioInt"),
        "date": moment(value(root, "FechaExp"), "date"),
        "issuer_rfc": rfc(value(issuer, "RFCEmisor" if first else "RfcE")),
        "issuer_name": value(issuer, "NomDenRazSocE"),
        "receiver_rfc": FOREIGN if foreign and receiver_rfc is None else rfc(receiver_rfc),
        "receiver_name": value(receiver, "NomDenRazSocR"),
        "total": matching(AMOUNT, total, "total"),
        "currency": "",
    }
