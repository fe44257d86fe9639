"""How fast a year of real baskets comes in, and whether the ledger is sound afterwards.

    python -m bench.import_baskets BASKETS.ndjson.gz [--processes N] [--keep DIRECTORY]

Starts MongoDB and Valkey of its own over a temporary directory, then:
1. the baseline: the entries' and claims' documents, made before, in plain `insert_many` batches by one thread;
2. the import itself, by `regulars import` through the services of `recordEvents`;
3. `regulars verify`, with the sums of entries, balances and lots;
4. the same import again, which must change nothing.
Exit code 1 when a law is broken or the second import changed something.
"""

import argparse
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pymongo import MongoClient, WriteConcern

from runtime.embedded.servers import EmbeddedServers

ROOT = Path(__file__).parent.parent
BATCH = 500


def main() -> int:
    options = _options()
    with ExitStack() as stack:
        directory = Path(options.keep or stack.enter_context(tempfile.TemporaryDirectory()))
        servers = stack.enter_context(EmbeddedServers(directory))
        client: MongoClient[dict[str, Any]] = stack.enter_context(MongoClient(servers.mongodb_uri))
        env = os.environ | {"MONGODB_URI": servers.mongodb_uri, "REDIS_URL": servers.redis_url}
        _print_machine(client)
        _regulars(env, "migrate")
        _regulars(env, "program", "publish", str(ROOT / "demo" / "programme.yaml"))

        arguments = ["import", str(options.file), "--rejects", str(directory / "rejects.ndjson")]
        if options.processes:
            arguments += ["--processes", str(options.processes)]
        busy = _cpu_seconds(client)
        seconds, told = _regulars(env, *arguments)
        busy = [after - before for after, before in zip(_cpu_seconds(client), busy, strict=True)]
        rows = _number(told, "rows")
        print(f"\nimport: {rows:,} events in {seconds:.1f} s = {rows / seconds:,.0f} a second\n{told}", end="")
        each = [1e6 * share / rows for share in busy]
        print(f"processor time an event: {each[0]:.0f} µs in Python, {each[1]:.0f} µs in MongoDB")
        print(f"load during it: {os.getloadavg()[0]:.1f} (2 to 3 when nothing else runs on two cores)\n")

        baseline = _baseline(client)
        print(f"baseline, the same documents in plain insert_many: {baseline:,.0f} events a second")

        before = _fingerprint(client)
        sound = _verify(env)
        seconds, told = _regulars(env, *arguments)
        print(f"\nthe same import again: {rows / seconds:,.0f} a second\n{told}")
        unchanged = _fingerprint(client) == before
        print("it changed nothing" if unchanged else "IT CHANGED THE LEDGER")
    return 0 if sound and unchanged else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="baskets.ndjson.gz, or any file that `regulars import` knows")
    parser.add_argument("--processes", type=int, help="as for `regulars import`")
    parser.add_argument("--keep", type=Path, help="an empty directory for the data, to look at afterwards")
    return parser.parse_args()


def _print_machine(client: MongoClient[dict[str, Any]]) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}")
    print(f"load before: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    packages = ", ".join(f"{name} {version(name)}" for name in ("motor", "pymongo", "redis", "uvloop"))
    print(f"versions: Python {platform.python_version()}, MongoDB {client.server_info()['version']}, {packages}")


def _regulars(env: dict[str, str], *arguments: str, check: bool = True) -> tuple[float, str]:
    """How many seconds the command took, its start included, and what it said."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "runtime.cli", *arguments],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if check and done.returncode:
        sys.exit(f"regulars {' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}")
    return time.perf_counter() - started, done.stdout


def _verify(env: dict[str, str]) -> bool:
    seconds, told = _regulars(env, "verify", check=False)
    print(f"\nverify, {seconds:.1f} s:\n{told}", end="")
    return told.endswith("Every law holds.\n")


def _baseline(client: MongoClient[dict[str, Any]]) -> float:
    """Events a second when what the import wrote is only inserted: entries and claims, the same indexes."""
    source, target = client["regulars"], client["baseline"]
    rows = {name: list(source[name].find()) for name in ("events", "entries")}
    majority = WriteConcern("majority", j=True)
    for name in rows:
        indexes = source[name].index_information()
        for index, spec in indexes.items():
            if index != "_id_":
                more = {key: value for key, value in spec.items() if key not in ("v", "key", "ns")}
                target[name].create_index(spec["key"], name=index, **more)
    started = time.perf_counter()
    for name, documents in rows.items():
        collection = target.get_collection(name, write_concern=majority)
        for start in range(0, len(documents), BATCH):
            collection.insert_many(documents[start : start + BATCH], ordered=False)
    seconds = time.perf_counter() - started
    client.drop_database("baseline")
    return len(rows["events"]) / seconds


def _fingerprint(client: MongoClient[dict[str, Any]]) -> dict[str, Any]:
    """What must stay as it is: the head of every member, and how many documents there are."""
    database = client["regulars"]
    heads = database["entries"].aggregate(
        [{"$sort": {"member": 1, "seq": -1}}, {"$group": {"_id": "$member", "hash": {"$first": "$hash"}}}]
    )
    counts = {name: database[name].count_documents({}) for name in ("members", "events", "entries")}
    return counts | {row["_id"]: row["hash"] for row in heads}


def _cpu_seconds(client: MongoClient[dict[str, Any]]) -> list[float]:
    """Processor time so far of the commands that have ended, and of MongoDB (0 where it does not say)."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    status = client.admin.command("serverStatus")["extra_info"]
    mongodb = status.get("user_time_us", 0) + status.get("system_time_us", 0)
    return [usage.ru_utime + usage.ru_stime, mongodb / 1e6]


def _number(told: str, word: str) -> int:
    found = re.search(rf"([\d,]+) {word}", told)
    if found is None:
        sys.exit(f"no {word} in: {told}")
    return int(found[1].replace(",", ""))


if __name__ == "__main__":
    sys.exit(main())
