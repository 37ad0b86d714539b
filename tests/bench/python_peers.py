"""What lxml and satcfdi need for the same work: python_peers.py lxml|satcfdi headers LIST PASSES | tell LIST | document FILE."""

import json
import pathlib
import sys
import time

from lxml import etree
from satcfdi.cfdi import CFDI

TIMBRE = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"


def by_lxml(content):
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    own = f"{{{etree.QName(root).namespace}}}"
    rfc, total = ("rfc", "total") if root.get("version") else ("Rfc", "Total")
    timbre = root.find(f"{own}Complemento/{TIMBRE}")
    return {"uuid": timbre.get("UUID"), "issuer_rfc": root.find(f"{own}Emisor").get(rfc), "receiver_rfc": root.find(f"{own}Receptor").get(rfc), "total": root.get(total)}


def by_satcfdi(content):
    read = CFDI.from_string(content)
    timbre = read["Complemento"]["TimbreFiscalDigital"]
    return {"uuid": str(timbre["UUID"]), "issuer_rfc": str(read["Emisor"]["Rfc"]), "receiver_rfc": str(read["Receptor"]["Rfc"]), "total": str(read["Total"])}


def attempted(read, content):
    """What it reads, or none: a peer may fail in its own way."""
    try:
        return read(content)
    except Exception:  # noqa: BLE001
        return None


def paths(file):
    return pathlib.Path(file).read_text().splitlines()


def main():
    name, what, file, *rest = sys.argv[1:]
    read = {"lxml": by_lxml, "satcfdi": by_satcfdi}[name]
    if what == "headers":
        files, seconds, good = [pathlib.Path(path).read_bytes() for path in paths(file)], [], 0
        for _ in range(int(rest[0])):
            start = time.perf_counter()
            good = sum(attempted(read, content) is not None for content in files)
            seconds.append(time.perf_counter() - start)
        print(json.dumps({"seconds": seconds, "files": len(files), "read": good}))
    elif what == "tell":
        for path in paths(file):
            print(json.dumps(attempted(read, pathlib.Path(path).read_bytes())))
    elif what == "document":
        start = time.perf_counter()
        found = attempted(read, pathlib.Path(file).read_bytes())
        print(json.dumps({"seconds": time.perf_counter() - start, "result": found is not None}))


if __name__ == "__main__":
    main()
