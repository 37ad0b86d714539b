"""Compares our verdict on every seal of a corpus with the one that satcfdi's sheets and certificates give.

Usage: check.py SEAL_CORPUS [COUNT [SEED]]
"""

import base64
import binascii
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import lxml.etree
import satcfdi.transform
import satcfdi.transform.xslt
from satcfdi.models import Certificate

COUNT = 400
SEED = 4

# Share of the changed copies whose seal must turn out broken; the other changes are harmless by design or by the dice.
LEAST_BROKEN = 0.5

SHEETS = {
    "http://www.sat.gob.mx/cfd/4": "4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt",
    "http://www.sat.gob.mx/cfd/3": "3/cadenaoriginal_3_3/cadenaoriginal_3_3.xslt",
    "http://www.sat.gob.mx/Pagos20": "Pagos/Pagos20.xslt",
    "http://www.sat.gob.mx/nomina12": "nomina/nomina12.xslt",
    "http://www.sat.gob.mx/implocal": "implocal/implocal.xslt",
}


def reference(root):
    """The verdict of the independent program, and its cadena."""
    cadena = str(satcfdi.transform.xslt_transform(root.tag, root.get("Version").strip())(root))
    certificate = Certificate.load_certificate(base64.b64decode(root.get("Certificado")))
    try:
        signature = base64.b64decode("".join(root.get("Sello").split()), validate=True)
    except binascii.Error:
        return "invalid", cadena
    if not certificate.verify_sha256(data=cadena.encode(), signature=signature):
        return "invalid", cadena
    if certificate.certificate_number != root.get("NoCertificado").strip():
        return "invalid", cadena
    issuer = root.find("{*}Emisor").get("Rfc").strip()
    return ("valid" if str(certificate.rfc) == issuer else "other_holder"), cadena


def seen(root, names):
    """Notes every attribute and element that may be part of a cadena."""
    for element in root.iter("{*}*"):
        name = lxml.etree.QName(element)
        names[name.namespace].add(name.localname)
        names[name.namespace].update("@" + attribute for attribute in element.attrib)


def uncovered(names):
    """What the sheets name and no sealed document had."""
    folder = pathlib.Path(satcfdi.transform.__file__).parent / "schemas/www.sat.gob.mx/sitio_internet/cfd"
    for namespace, path in SHEETS.items():
        text = (folder / path).read_text(encoding="utf-8-sig")
        prefix = re.search(r'xmlns:(\w+)="' + re.escape(namespace) + '"', text).group(1)
        # The complements of a concept are not covered by the check.
        wanted = set(re.findall(r'@\w+', text)) | set(re.findall(prefix + r":(\w+)", text)) - {"ComplementoConcepto"}
        for name in sorted(wanted - names[namespace]):
            yield f"no sealed document has {name} of {namespace}"


def judge(case, names):
    """What is wrong with one verdict, and the reference's."""
    root = lxml.etree.parse(case["path"]).getroot()
    ours = case["note"] or case["seal"]
    if case["label"].startswith("uncovered"):
        return (None if ours == case["label"].split()[1] else f"we say {ours}"), "uncovered"
    theirs, cadena = reference(root)
    if cadena != case["cadena"]:
        return f"other cadena:\n    theirs {cadena!r}\n    ours   {case['cadena']!r}", theirs
    if theirs != ours:
        return f"we say {ours}, satcfdi says {theirs}", theirs
    if case["label"] == "sealed":
        seen(root, names)
        if ours != "valid":
            return f"sealed, but {ours}", theirs
    return None, theirs


def main():
    program = sys.argv[1]
    count, seed = (sys.argv[2:] + [str(COUNT), str(SEED)][len(sys.argv) - 2:])[:2]
    names = collections.defaultdict(set)
    tally = collections.Counter()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        lines = subprocess.run([program, folder, count, seed], check=True, stdout=subprocess.PIPE).stdout
        for line in lines.splitlines():
            case = json.loads(line)
            failure, theirs = judge(case, names)
            tally[case["label"].split()[0], theirs] += 1
            if failure:
                failures.append(f"{case['path']} ({case['label']}): {failure}")
    failures.extend(uncovered(names))
    changed = sum(number for (label, _), number in tally.items() if label == "changed")
    if tally["changed", "invalid"] < LEAST_BROKEN * changed:
        failures.append("too few of the changed copies are broken to prove anything")
    for (label, verdict), number in sorted(tally.items()):
        print(f"{label:10} {verdict:12} {number:6}")
    for failure in failures[:20]:
        print(failure)
    print(f"{sum(tally.values())} documents, {len(failures)} disagreements")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
