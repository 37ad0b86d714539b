"""Two readers that are not ours against the host.

lxml reads a large random corpus: the same identity, or a refusal that says why. Python's email package reads the letters of every
accepted case: each attachment is the file byte for byte, under its name.
"""

import codecs
import collections
import email
import email.policy
import hashlib
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

from lxml import etree

import identity
import mutations

DOCUMENTS = 6_000
SEED = 20_261_122
# Files of one folder: the host looks through the folder of every file for its PDF.
FOLDER = 200
# What the host reads though XML forbids it, each with its warning: the identity is then held against lxml's best effort.
FORGIVEN = {"undeclared_prefix", "bad_encoding", "not_utf8", "leading_bytes"}
# Refusals of what lxml reads without complaint.
OWN_REFUSALS = {"has_dtd", "too_complex", "too_large"}
# Names are left out where bytes do not fit their encoding: every program then reads them in its own way.
OTHER_ENCODING = re.compile(rb"<\?xml[^>]*encoding=.(?!UTF-8)", re.IGNORECASE)
CERTAIN = ("uuid", "version", "kind", "date", "issuer_rfc", "receiver_rfc", "total")


def originals(samples, place):
    """The documents that are changed: good ones of every version and kind."""
    made = json.loads(subprocess.run([samples, place / "set", "72", "--cases", place / "cases"], stdout=subprocess.PIPE, check=True).stdout)
    bases = [pathlib.Path(sample["xml"]).read_text() for sample in made]
    return bases + [(place / "cases" / f"{name}.xml").read_text() for name in ("version_3_2", "retenciones_1", "retenciones_2")] * 8


def corpus(folder, bases, count, seed):
    """Writes random documents and gives their paths."""
    chance, paths = random.Random(seed), []
    for number in range(count):
        text = chance.choice(bases)
        for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 3])):
            text = chance.choice(mutations.TEXTS)(chance, text)
        place = folder / f"{number // FOLDER:03}"
        place.mkdir(exist_ok=True)
        path = place / f"{number}.xml"
        path.write_bytes(mutations.encoded(chance, text))
        paths.append(path)
    return paths


def inspected(host, paths):
    """What the host says of each file."""
    lines = []
    for start in range(0, len(paths), 500):
        command = [host, "inspect", "--json", "--skip-seal", *map(str, paths[start : start + 500])]
        answer = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=300)
        assert answer.returncode in (0, 1), answer.returncode
        lines += [json.loads(line) for line in answer.stdout.splitlines()]
    assert [line["path"] for line in lines] == [str(path) for path in paths], "the host skipped a file"
    return lines


def repaired(content):
    """The bytes without what stands before the XML, and with what is no UTF-8 read as Windows-1252."""
    bare = content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\xef\xbb\xbf \t\r\n")
    if bare.startswith(b"<") and not OTHER_ENCODING.match(bare):
        return bare.decode("utf-8", "windows-1252 for misfits").encode()
    return content


codecs.register_error("windows-1252 for misfits", lambda error: (error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1))


def expected(content):
    """The identity by lxml, whether lxml needed to forgive something, and why there is none."""
    try:
        return identity.identity(identity.parse(content)), False, None
    except identity.Refused as error:
        return None, False, str(error)
    except (etree.XMLSyntaxError, ValueError) as error:
        strict = str(error)
    try:
        root = identity.parse(repaired(content), recover=True)
        return (None if root is None else identity.identity(root)), True, strict
    except (identity.Refused, etree.XMLSyntaxError, ValueError):
        return None, True, strict


def difference(line, content):
    """What the host and lxml disagree about; none when they agree."""
    reasons = set(line["reasons"])
    theirs, ill_formed, why = expected(content)
    if line["verdict"] == "refuse":
        if not reasons:
            return "refused without a reason"
        if theirs is not None and not ill_formed and not reasons & OWN_REFUSALS:
            return f"refused for {sorted(reasons)}, and lxml reads {theirs}"
        return None
    if ill_formed and not reasons & FORGIVEN:
        return f"accepted, and lxml says {why}"
    if theirs is None:
        return f"accepted as {line['uuid']}, and lxml refuses: {why}"
    for name in CERTAIN if ill_formed else theirs:
        if line[name] != theirs[name]:
            return f"{name} is {line[name]!r}, and lxml reads {theirs[name]!r}"
    return None


def compare(host, folder, bases, count, seed):
    tally, trouble = collections.Counter(), []
    paths = corpus(folder, bases, count, seed)
    for line, path in zip(inspected(host, paths), paths, strict=True):
        tally[line["verdict"]] += 1
        found = difference(line, path.read_bytes())
        if found is not None:
            trouble.append(f"{path.name}: {found}")
    # A corpus that is all good or all bad would show nothing.
    assert min(tally["refuse"], tally["warn"]) > count / 50, tally
    print(f"lxml: {count} documents with seed {seed}: {dict(tally)}, {len(trouble)} differences")
    return trouble


def letters(folder):
    """Reads every letter with Python's own reader."""
    trouble, files = [], 0
    for letter in sorted(folder.glob("*.eml")):
        wanted = json.loads(letter.with_suffix(".json").read_text())
        message = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
        found = [(part.get_filename(), part.get_content_type(), hashlib.sha256(part.get_payload(decode=True)).hexdigest()) for part in message.iter_attachments()]
        names = {name.rpartition(".")[0] for name, *_ in found}
        if found != [tuple(file) for file in wanted] or len(names) != 1:
            trouble.append(f"{letter.name}: {found} instead of {wanted}")
        if message.defects or any(part.defects for part in message.walk()):
            trouble.append(f"{letter.name}: {message.defects}")
        files += len(found)
    assert files > 40, files
    print(f"email: {files} attachments, {len(trouble)} differences")
    return trouble


def main():
    host, samples = sys.argv[1:3]
    count, seed = (int(text) for text in (sys.argv[3:] + [DOCUMENTS, SEED][len(sys.argv) - 3 :]))
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        bases = originals(samples, place)
        (place / "corpus").mkdir()
        trouble = compare(host, place / "corpus", bases, count, seed) + letters(place / "cases")
    print(*trouble[:40], sep="\n")
    sys.exit(bool(trouble))


if __name__ == "__main__":
    main()
