"""The programme's accounts for people, for programs and for spreadsheets."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from domain.ledger.totals import Totals
from domain.program.program import Program
from domain.time import print_date_time
from runtime.wiring import House
from runtime.workers.accounts import AccountsFollower
from runtime.workers.lags import follower_lags
from services.ledger.programme_accounts import NotCounted, ProgrammeAccounts, programme_accounts

Accounts = Sequence[ProgrammeAccounts]

_WIDTH = 22
_CSV = ("currency", "figure", "month", "points", "worth", "money")


class NoAccounts(Exception):
    """The accounts that were asked for are not there; the message says what to do."""


async def read_accounts(house: House, currency: str | None) -> tuple[Program, Accounts, float | None]:
    """The programme, its accounts in the currency (None: in every one), and by how many seconds they are behind.

    None: no worker has ever followed the ledger; they are as of the last rebuild.

    Raises NoAccounts for a currency there is not, and while accounts are being counted.
    """
    program = await house.context.programs.current()
    wanted = [one for one in program.currencies if currency in (None, one.code)]
    if not wanted:
        codes = ", ".join(one.code for one in program.currencies)
        raise NoAccounts(f"The programme has no currency {currency}: it has {codes}.")
    try:
        accounts = await programme_accounts(house.context, program, wanted, now=house.context.clock())
    except NotCounted:
        raise NoAccounts(
            "The accounts have yet to be added up: a worker does that when it starts. If none is to run here, "
            "`regulars rebuild accounts` does it."
        ) from None
    lags = {lag.follower: lag.seconds for lag in await follower_lags(house)}
    return program, accounts, lags[AccountsFollower.name]


def as_table(accounts: Accounts, money: str) -> str:
    """One block a currency: what came in, less what became of it, is outstanding, and until when."""
    return "\n\n".join("\n".join(_table(one, money)) for one in accounts)


def as_json(accounts: Accounts, money: str) -> str:
    """An array with one object a currency, its fields named as in the API."""
    return json.dumps([_plain(one, money) for one in accounts], indent=2)


def as_csv(accounts: Accounts, money: str) -> str:
    """A heading, then one row a figure; `month` and `worth` are empty where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_CSV)
    for one in accounts:
        for name, points in _figures(one.totals):
            worth = one.liability if name == "outstanding" else None
            writer.writerow([one.currency, name, "", points, *_priced(worth, money)])
        for month, points in one.months:
            row = [one.currency, "byExpiry", month or "never", points]
            writer.writerow([*row, *_priced(one.worth_of(points), money)])
    return out.getvalue()


def _figures(totals: Totals) -> list[tuple[str, int]]:
    return [
        ("earned", totals.earned),
        ("reinstated", totals.reinstated),
        ("adjustedUp", totals.adjusted_up),
        ("issued", totals.issued),
        ("redeemed", totals.redeemed),
        ("expired", totals.expired),
        ("reversed", totals.reversed),
        ("adjustedDown", totals.adjusted_down),
        ("transferred", totals.sent),
        ("pending", totals.waiting),
        ("held", totals.held),
        ("debt", totals.debt),
        ("outstanding", totals.outstanding),
    ]


def _table(one: ProgrammeAccounts, money: str) -> list[str]:
    totals = one.totals
    rate = "-" if one.breakage_rate is None else f"{one.breakage_rate * 100:.2f} %"
    return [
        f"{one.currency} as of {one.as_of:%Y-%m-%d %H:%M:%S} UTC",
        "",
        _row("earned", totals.earned),
        _row("reinstated", totals.reinstated),
        _row("added by staff", totals.adjusted_up),
        _row("issued", totals.issued),
        "",
        _row("redeemed", -totals.redeemed),
        _row("expired", -totals.expired),
        _row("reversed", -totals.reversed),
        _row("taken by staff", -totals.adjusted_down),
        _row("pending", -totals.waiting),
        _row("debt", totals.debt),
        *([_row("on the way", totals.received - totals.sent)] if totals.received != totals.sent else []),
        _row("outstanding", totals.outstanding, one.liability, money),
        "",
        *_months(one, money),
        _row("held, of these", totals.held),
        _row("sent among members", totals.sent),
        f"{'breakage rate':<{_WIDTH}}{rate:>18}",
    ]


def _months(one: ProgrammeAccounts, money: str) -> list[str]:
    if not one.months:
        return []
    rows = [_row(f"  {month or 'never'}", points, one.worth_of(points), money) for month, points in one.months]
    return ["outstanding, by the month of the last day", *rows, ""]


def _row(name: str, points: int, worth: Decimal | None = None, money: str = "") -> str:
    priced = "" if worth is None else f"{worth:>20,f} {money}"
    return f"{name:<{_WIDTH}}{points:>18,}{priced}"


def _plain(one: ProgrammeAccounts, money: str) -> dict[str, Any]:
    months = [
        {"month": month, "points": points, "worth": _amount(one.worth_of(points), money)}
        for month, points in one.months
    ]
    return {
        "currency": one.currency,
        "asOf": print_date_time(one.as_of),
        **dict(_figures(one.totals)),
        "adjusted": one.totals.adjusted_up - one.totals.adjusted_down,
        "liability": _amount(one.liability, money),
        "breakageRate": None if one.breakage_rate is None else f"{one.breakage_rate:f}",
        "byExpiry": months,
    }


def _amount(amount: Decimal | None, money: str) -> dict[str, str] | None:
    return None if amount is None else {"amount": f"{amount:f}", "currency": money}


def _priced(amount: Decimal | None, money: str) -> tuple[str, str]:
    return ("", "") if amount is None else (f"{amount:f}", money)
