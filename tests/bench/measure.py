"""Measures ours and the peers in turn, in the same rounds, and writes one JSON file and one Markdown table. See tests/bench/run."""

import argparse
import decimal
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
# The changed documents and the rules that tell what they are.
sys.path.insert(0, str(HERE.parent / "lxml"))

import check  # noqa: E402
import identity as rules  # noqa: E402

SEED = 4
# Every program reads the same sample of the files; the slow ones need no more for a steady figure.
READERS = ["ours", "lxml", "satcfdi", "roxmltree", "cfdi", "cfdi-cli"]
VERSIONS = {"lxml": "6.1.3", "satcfdi": "26.10.1", "roxmltree": "0.20.0", "cfdi": "0.1.4", "cfdi-cli": "0.1.0"}


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--headers", type=int, default=4_000, help="files of one round of header reading")
    parser.add_argument("--mutations", type=int, default=check.DOCUMENTS, help="changed documents that every reader judges")
    parser.add_argument("--cold", type=int, default=20_000, help="files of the cold index")
    parser.add_argument("--rescan", type=int, default=100_000, help="files of the rescan")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the look-up")
    parser.add_argument("--out", type=pathlib.Path, help="the JSON file; the table goes to standard output")
    for program in ("ours", "samples", "peers"):
        parser.add_argument(f"--{program}-program", required=True)
    return parser.parse_args()


def high_water(pid):
    """The most memory that a program has held so far, in MB. What the kernel tells at its end counts this program's own memory
    from before it became the other, so it is looked at while it runs."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def ran(command):
    """What a program printed, and the most memory it held, in MB."""
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen([str(part) for part in command], stdout=printed)
        peak = 0
        while process.poll() is None:
            peak = max(peak, high_water(process.pid))
            time.sleep(0.002)
        if process.returncode != 0:
            sys.exit(f"{command} ended with {process.returncode}")
        printed.seek(0)
        return printed.read(), peak


def answer(command):
    return json.loads(ran(command)[0])


def spread(values, digits=4):
    """Median, least and most of the rounds."""
    return {"median": round(statistics.median(values), digits), "min": round(min(values), digits), "max": round(max(values), digits)}


def number(text):
    """The number of a text, so that 1.5 and 1.50 are the same; the text where it is none."""
    try:
        return decimal.Decimal(text)
    except decimal.InvalidOperation:
        return text


def plain(identity):
    """The identity without what is only a way of writing it; none where a part of it is missing."""
    if identity is None or any(identity[name] is None for name in ("uuid", "issuer_rfc", "receiver_rfc", "total")):
        return None
    return {"total": number(identity["total"]), **{name: identity[name].strip().upper() for name in ("uuid", "issuer_rfc", "receiver_rfc")}}


def ruled(content):
    """What the rules of tests/lxml make of a changed document: its identity, and whether refusing it is right."""
    found, ill_formed, _ = check.expected(content)
    if found is None:
        return None, True
    if found["kind"] == "P":
        # The readers tell the total as written; the rules tell the sum of the payments.
        root = rules.parse(check.repaired(content) if ill_formed else content, recover=ill_formed)
        found = {**found, "total": rules.value(root, "Total")}
    return plain(found), ill_formed


class Bench:
    def __init__(self, given, place):
        self.given, self.place, self.results = given, place, {}

    def command(self, reader):
        if reader == "ours":
            return [self.given.ours_program]
        if reader in ("lxml", "satcfdi"):
            return [sys.executable, HERE / "python_peers.py", reader]
        return [self.given.peers_program, reader]

    def files(self, name, count):
        folder = self.place / name
        answer([self.given.samples_program, folder, count, "--bulk", SEED, "--long", self.place / "long.xml"])
        paths = sorted(folder.rglob("*.xml"))
        assert len(paths) == count, len(paths)
        listed = self.place / f"{name}.txt"
        listed.write_text("".join(f"{path}\n" for path in paths))
        return folder, listed

    def note(self, name, values, digits=4):
        self.results[name] = spread(values, digits)
        print(f"{name}: {self.results[name]}", file=sys.stderr)

    def headers(self):
        _, listed = self.files("headers", self.given.headers)
        told = {reader: ran([*self.command(reader), "tell", listed])[0].splitlines() for reader in READERS}
        reference = [json.loads(line) for line in told["lxml"]]
        rates, memory, times = ({reader: [] for reader in READERS} for _ in range(3))
        ratios = {reader: [] for reader in READERS}
        for _ in range(self.given.rounds):
            for reader in READERS:
                found = answer([*self.command(reader), "headers", listed, 1])
                rates[reader].append(found["files"] / min(found["seconds"]))
                printed, peak = ran([*self.command(reader), "document", self.place / "long.xml"])
                memory[reader].append(peak)
                times[reader].append(json.loads(printed)["seconds"] * 1_000)
            for reader in READERS:
                ratios[reader].append(rates["ours"][-1] / rates[reader][-1])
        for reader in READERS:
            same = sum(plain(json.loads(line)) == plain(wanted) for line, wanted in zip(told[reader], reference, strict=True))
            self.results[f"same_as_lxml.{reader}"] = [same, len(reference)]
            self.note(f"headers_per_second.{reader}", rates[reader], 0)
            self.note(f"ours_times_faster_than.{reader}", ratios[reader], 2)
            self.note(f"long_ms.{reader}", times[reader], 1)
            self.note(f"long_peak_mb.{reader}", memory[reader], 1)

    def mutations(self):
        """How many of the changed documents each reader judges rightly, and of how many it tells a wrong identity."""
        (self.place / "mutations").mkdir()
        paths = check.corpus(self.place / "mutations", check.originals(self.given.samples_program, self.place), self.given.mutations, check.SEED)
        listed = self.place / "mutations.txt"
        listed.write_text("".join(f"{path}\n" for path in paths))
        wanted = [ruled(path.read_bytes()) for path in paths]
        for reader in READERS:
            told = [plain(json.loads(line)) for line in ran([*self.command(reader), "tell", listed])[0].splitlines()]
            pairs = list(zip(told, wanted, strict=True))
            right = sum(may_refuse if found is None else found == identity for found, (identity, may_refuse) in pairs)
            wrong = sum(found is not None and found != identity for found, (identity, _) in pairs)
            self.results[f"mutations.{reader}"] = {"right": right, "wrong_identity": wrong, "none_told": len(paths) - right - wrong}
            print(f"mutations.{reader}: {self.results[f'mutations.{reader}']}", file=sys.stderr)

    def cold(self):
        folder, listed = self.files("cold", self.given.cold)
        index, one, two = [], [], []
        for number in range(self.given.rounds):
            one.append(answer([self.given.ours_program, "bytes", listed, 1])["seconds"])
            two.append(answer([self.given.ours_program, "bytes", listed, 2])["seconds"])
            database = self.place / f"cold{number}.db"
            found = answer([self.given.ours_program, "scan", database, folder])
            assert found["result"] == [self.given.cold, self.given.cold, 0, 0], found
            index.append(found["seconds"])
        self.note("cold_index_seconds", index)
        self.note("bytes_alone_seconds", one)
        self.note("bytes_alone_two_threads_seconds", two)
        self.note("cold_index_over_bytes", [a / b for a, b in zip(index, one, strict=True)], 2)

    def rescan(self):
        folder, _ = self.files("rescan", self.given.rescan)
        database = self.place / "rescan.db"
        first = answer([self.given.ours_program, "scan", database, folder])
        assert first["result"][1] == self.given.rescan, first
        self.results["first_scan_seconds"] = round(first["seconds"], 3)
        again, walk, find = [], [], []
        for _ in range(self.given.rounds):
            walk.append(answer([self.given.ours_program, "walk", folder])["seconds"])
            started = time.perf_counter()
            ran(["find", folder, "-type", "f", "-printf", "%s %T@\n"])
            find.append(time.perf_counter() - started)
            found = answer([self.given.ours_program, "scan", database, folder])
            assert found["result"] == [self.given.rescan, 0, self.given.rescan, 0], found
            again.append(found["seconds"])
        self.note("rescan_seconds", again)
        self.note("walk_seconds", walk)
        self.note("find_seconds", find)
        self.note("rescan_over_walk", [a / b for a, b in zip(again, walk, strict=True)], 2)
        self.note("rescan_over_find", [a / b for a, b in zip(again, find, strict=True)], 2)

    def rows(self):
        database = self.place / "rescan.db"
        self.results["fill_seconds"] = round(answer([self.given.ours_program, "fill", database, self.given.rows])["seconds"], 1)
        rounds = [answer([self.given.ours_program, "find", database, 2_000]) for _ in range(self.given.rounds)]
        for kind in rounds[0]:
            for share in ("p50", "p99"):
                self.note(f"{kind}_ms.{share}", [found[kind][share] for found in rounds])


def machine():
    model = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}"


def table(report):
    """The figures for a person."""
    found = report["results"]
    size = report["counts"]
    lines = ["| reader | files/s, one thread | ours is faster by | 10 MB file | peak memory | good files | changed files: right | wrong identity | none, though the rules tell one |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for reader in READERS:
        same, all_files = found[f"same_as_lxml.{reader}"]
        judged = found[f"mutations.{reader}"]
        rate, ratio = found[f"headers_per_second.{reader}"], found[f"ours_times_faster_than.{reader}"]
        lines.append(
            f"| {reader} {VERSIONS.get(reader, '')} | {rate['median']:,.0f} ({rate['min']:,.0f}–{rate['max']:,.0f}) | {ratio['median']:.1f} × | "
            f"{found[f'long_ms.{reader}']['median']:,.0f} ms | {found[f'long_peak_mb.{reader}']['median']:.0f} MB | {same:,} of {all_files:,} | "
            f"{judged['right']:,} of {size['mutations']:,} | {judged['wrong_identity']:,} | {judged['none_told']:,} |"
        )
    lines += ["", "| index | median (least–most) | beside it | target | met |", "| --- | ---: | --- | --- | --- |"]

    def row(what, name, unit, beside, target, met):
        value = found[name]
        lines.append(f"| {what} | {value['median']:.4g} ({value['min']:.4g}–{value['max']:.4g}) {unit} | {beside} | {target} | { {True: 'yes', False: '**no**', None: '–'}[met] } |")

    def median(name):
        return found[name]["median"]

    row(f"cold index of {size['cold']:,} XML", "cold_index_seconds", "s", f"bytes alone {median('bytes_alone_seconds'):.3g} s: {median('cold_index_over_bytes'):.1f} ×", "2 s and 4 ×", median("cold_index_seconds") <= 2 and median("cold_index_over_bytes") <= 4)
    row(f"rescan of {size['rescan']:,} unchanged", "rescan_seconds", "s", f"bare walk {median('walk_seconds'):.3g} s: {median('rescan_over_walk'):.2f} ×; `find` {median('find_seconds'):.3g} s", "1.5 ×", median("rescan_over_walk") <= 1.5)
    row(f"look-up by UUID in {size['rows']:,} rows", "lookup_ms.p50", "ms", f"p99 {median('lookup_ms.p99'):.3g} ms", "1 ms", median("lookup_ms.p99") < 1)
    row("search, a rare word", "rare_ms.p50", "ms", f"p99 {median('rare_ms.p99'):.3g} ms", "–", None)
    row("search, a word in every second row", "broad_ms.p50", "ms", f"p99 {median('broad_ms.p99'):.3g} ms", "–", None)
    row("search, that word and another", "two_words_ms.p50", "ms", f"p99 {median('two_words_ms.p99'):.3g} ms", "–", None)
    lines += ["", f"{report['machine']}; files on {report['filesystem']}; load {report['load']}; {report['date']}; {report['rounds']} rounds, medians; `tests/bench/run`."]
    return "\n".join(lines)


def main():
    given = options()
    with tempfile.TemporaryDirectory(prefix="correo-cfdi-bench-", dir=os.environ.get("TMPDIR")) as place:
        filesystem = subprocess.check_output(["stat", "-f", "-c", "%T", place], text=True).strip()
        bench = Bench(given, pathlib.Path(place).resolve())
        for part in (bench.headers, bench.mutations, bench.cold, bench.rescan, bench.rows):
            part()
    report = {
        "machine": machine(),
        "date": time.strftime("%Y-%m-%d"),
        "filesystem": filesystem,
        "load": round(os.getloadavg()[1], 1),
        "versions": {"python": platform.python_version(), "rustc": subprocess.check_output(["rustc", "--version"], text=True).strip(), **VERSIONS},
        "rounds": given.rounds,
        "counts": {name: getattr(given, name) for name in ("headers", "mutations", "cold", "rescan", "rows")},
        "results": bench.results,
    }
    if given.out:
        report["rounds_note"] = "median, least and most of the rounds"
        given.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(table(report))


if __name__ == "__main__":
    main()
