"""Copies the newest delivery of an outbox many times: `crowd.py OUTBOX COUNT`.

An office has thousands of deliveries after a year, and sending that many takes longer than a test may. The copies have
numbers and hours of their own, the older the further back, and a ledger each.
"""

import json
import sqlite3
import sys
from datetime import datetime, timedelta, timezone


def main() -> None:
    outbox, count = sys.argv[1], int(sys.argv[2])
    store = sqlite3.connect(outbox, isolation_level=None)
    store.row_factory = sqlite3.Row
    whole = dict(store.execute("SELECT * FROM deliveries ORDER BY id DESC LIMIT 1").fetchone())
    lines = [dict(line) for line in store.execute("SELECT * FROM ledger WHERE delivery = ? ORDER BY line", [whole["id"]])]
    draft = json.loads(whole["draft"])
    now = datetime.now(timezone.utc)
    store.execute("BEGIN IMMEDIATE")
    for number in range(count):
        copy = copied(whole, draft, number, now - timedelta(minutes=5 * (count - number)))
        insert(store, "deliveries", copy)
        for line in lines:
            del line["line"]
            insert(store, "ledger", {**line, "delivery": copy["id"], "at": copy["changed_at"]})
            line["line"] = None
    store.execute("COMMIT")


def copied(whole: dict, draft: dict, number: int, at: datetime) -> dict:
    """An older delivery: its identifier sorts by time, as those of the program do."""
    milliseconds = f"{int(at.timestamp() * 1000):012x}"
    identifier = f"{milliseconds[:8]}-{milliseconds[8:]}-7000-8000-{number:012x}"
    documents = [[uuid, f"A{100_000 + number}"] for uuid, _ in draft["documents"]]
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        **whole,
        "id": identifier,
        "key": None,
        "draft": json.dumps({**draft, "documents": documents}, ensure_ascii=False),
        "search": f"{whole['search']} a{100_000 + number}",
        "created_at": stamp,
        "changed_at": stamp,
        "committed_at": stamp,
    }


def insert(store: sqlite3.Connection, table: str, row: dict) -> None:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    store.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


main()
