"""What verifying costs: entries a second with one process and with two, and the memory of N and of 10 N entries.

    python -m bench.verify [--entries 20000] [--each 50]

Starts MongoDB and Valkey of its own over a temporary directory, fills a ledger by the functions that write it
otherwise, signs its root, and runs `regulars verify` as a process. Memory is the peak of its largest process;
a CPU second is one of theirs, MongoDB's not counted.
"""

import argparse
import asyncio
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.actors import SYSTEM
from domain.ledger.canonical import entry_hash
from domain.ledger.decide import earn, redeem
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import follow
from domain.members.ids import ID_BYTES, member_id
from domain.refusals import Refused
from domain.time import whole_ms
from mongo.client import Database, connect, open_database
from mongo.entry_documents import document_of
from mongo.ledger import Ledger
from mongo.migrate import migrate
from runtime.embedded.servers import EmbeddedServers
from runtime.root_key import RootKey
from services.ledger.roots_folder import RootsFolder
from services.ledger.sign_root import sign_root

START = datetime(2025, 1, 1, tzinfo=UTC)
_AT_ONCE = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=20_000, help="N")
    parser.add_argument("--each", type=int, default=50, help="entries a member")
    options = parser.parse_args()
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory) / "servers") as servers:
        for times in (1, 10):
            asyncio.run(_fill(servers.mongodb_uri, Path(directory), options.entries, times, options.each))
            for processes in (1, 2):
                _verify(servers, Path(directory), times, processes)


async def _fill(uri: str, directory: Path, entries: int, times: int, each: int) -> None:
    client = connect(uri)
    database = open_database(client, f"bench{times}")
    await migrate(database)
    template = _history(each)
    for _ in range(entries * times // each // (_AT_ONCE // each)):
        await _insert(database, [row for _ in range(_AT_ONCE // each) for row in _of_somebody(template)])
    begun = asyncio.get_running_loop().time()
    key = RootKey(Ed25519PrivateKey.generate())
    now = whole_ms(datetime.now(UTC))
    root = await sign_root(Ledger(database), RootsFolder(_roots(directory, times)), key, now)
    assert root is not None
    (_roots(directory, times) / f"{key.id}.public.pem").write_bytes(key.public_pem)
    took = asyncio.get_running_loop().time() - begun
    print(f"\n{root.entries:,} entries of {root.members:,} members; the root was signed in {took:.1f} s")
    client.close()


def _roots(directory: Path, times: int) -> Path:
    return directory / f"roots{times}"


def _verify(servers: EmbeddedServers, directory: Path, times: int, processes: int) -> None:
    variables = {
        "MONGODB_URI": servers.mongodb_uri,
        "REDIS_URL": servers.redis_url,
        "MONGODB_DATABASE": f"bench{times}",
        "ROOTS_DIR": str(_roots(directory, times)),
        "DATA_DIR": str(directory),
    }
    output = directory / "report.json"
    with output.open("w") as file:
        command = [sys.executable, "-m", "runtime.cli", "verify", "--json", "--processes", str(processes)]
        process = subprocess.Popen(command, env=os.environ | variables, stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    report = json.loads(output.read_text())
    assert os.waitstatus_to_exitcode(status) == 0, report
    assert report["roots"]["compared"], report
    peak = usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    rate = report["entries"] / report["seconds"]
    print(
        f"  {processes} process{'es' if processes > 1 else '  '}: {rate:>7,.0f} entries a second, "
        f"{report['entries'] / (usage.ru_utime + usage.ru_stime):,.0f} a CPU second, "
        f"peak {peak:.0f} MB, load {os.getloadavg()[0]:.1f}"
    )


def _history(each: int) -> list[Entry]:
    """Awards into a dozen lots, and each tenth a redemption."""
    entries: list[Entry] = []
    for number in range(each):
        head = Head.of(entries[-1]) if entries else Head("template")
        at = START + timedelta(hours=number)
        made = follow(head, partial(_decide, number=number), at=at, now=at)
        assert isinstance(made, list), made
        entries += made
    return entries


def _decide(head: Head, at: datetime, *, number: int) -> Draft | Refused:
    account = head.after.account("POINTS")
    award = number % 10 != 9
    if award:
        expires_at = datetime(2090, 1 + number % 12, 1, tzinfo=UTC)
        changes = earn(account, 10, expires_at=expires_at, qualifying=(("2025", 10),))
    else:
        changes = redeem(account, 40)
    if isinstance(changes, Refused):
        return changes
    return Draft(
        key=f"event:till|{number}#POINTS",
        input="0" * 32,
        currency="POINTS",
        kind=EntryKind.EARN if award else EntryKind.REDEEM,
        changes=changes,
        actor=SYSTEM,
        occurred_at=at,
        effective_at=at,
        reference="till-7/receipt-1001",
        lines=(AwardLine("spend", 1, 10, "10.00 USD at 1 point for each 1.00: 10"),) if award else (),
    )


def _of_somebody(template: list[Entry]) -> list[Entry]:
    """The same history of a member of its own, chained anew."""
    member = member_id(secrets.token_bytes(ID_BYTES))
    entries: list[Entry] = []
    for each in template:
        entry = replace(each, member=member, previous=entries[-1].hash if entries else None)
        entries.append(replace(entry, hash=entry_hash(entry)))
    return entries


async def _insert(database: Database, entries: list[Entry]) -> None:
    await database["entries"].insert_many([document_of(entry) for entry in entries], ordered=False)


if __name__ == "__main__":
    main()
