"""Pools of partners' codes at the terminal: filling one, and what is left of each."""

import json
from pathlib import Path

from domain.refusals import Refused
from runtime.cli.work import in_house
from runtime.faults import CannotRun
from runtime.progress import Bar, progress
from runtime.settings import Settings
from runtime.wiring import House
from services.rewards.import_pool import PoolImport, import_pool
from services.rewards.list_pools import PoolListed, list_pools

_SHOWN = 20


def import_with_progress(settings: Settings, file: Path, pool: str) -> PoolImport:
    """Imports with a progress bar by the bytes of the file. Raises CannotRun for what is refused, and OSError."""
    size = max(file.stat().st_size, 1)
    with progress(f"Importing {file.name}") as bar:

        async def work(house: House) -> PoolImport | Refused:
            return await import_pool(house.context, file, pool, lambda report: _show(bar, report, size))

        outcome = in_house(settings, work)
    if isinstance(outcome, Refused):
        raise CannotRun(outcome.message)
    return outcome


def tell(report: PoolImport, pool: str, *, everything: bool = False) -> str:
    """What became of the codes; of the lines that stayed out the first twenty, or `everything`."""
    twice = len(report.left) - report.wrong
    lines = [
        f"{report.rows:,} codes",
        f"  {report.new:,} are new in the pool {pool}",
        f"  {twice:,} were in already, or came twice",
        f"  {report.wrong:,} cannot be taken",
    ]
    shown = report.left if everything else report.left[:_SHOWN]
    lines += [f"line {one.line:,}: {one.reason}" for one in shown]
    if len(report.left) > len(shown):
        lines.append(f"and {len(report.left) - len(shown):,} more: --all shows them.")
    return "\n".join(lines)


async def read_pools(house: House) -> list[PoolListed]:
    """The pools of the programme in force."""
    return await list_pools(house.context)


def as_table(pools: list[PoolListed]) -> str:
    """One line a pool."""
    if not pools:
        return "The programme has no pools."
    width = max(len("pool"), *(len(one.pool.code) for one in pools))
    head = f"{'pool':{width}}  {'left':>11}  {'total':>11}  {'low below':>11}"
    rows = [
        f"{one.pool.code:{width}}  {one.left:>11,}  {one.total:>11,}  {one.pool.low:>11,}"
        + ("  low" if one.is_low else "")
        for one in pools
    ]
    return "\n".join([head, *rows])


def as_json(pools: list[PoolListed]) -> str:
    """An array with one object a pool, its fields named as in the API."""
    rows = [
        {
            "code": one.pool.code,
            "name": one.pool.name,
            "left": one.left,
            "total": one.total,
            "low": one.pool.low,
            "isLow": one.is_low,
        }
        for one in pools
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _show(bar: Bar, report: PoolImport, size: int) -> None:
    bar.fraction(report.position / size, f"{report.rows:,} codes")
