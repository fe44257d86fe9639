"""Signs the root of each day, as soon as there is a day without one."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.ledger.root import Root, root_hash
from mongo.checkpoints import Checkpoints
from mongo.leases import Lease
from runtime.workers.follower import Outdone
from runtime.workers.pausing import pause
from services.context import Context
from services.ledger.roots_folder import BadRoot, RootsFolder
from services.ledger.sign_root import CannotSign, Signer, sign_root

logger = logging.getLogger(__name__)

NAME = "roots"
EVERY = 30.0
"""Seconds between looks at the calendar."""


@dataclass(frozen=True, slots=True)
class Rooting:
    """What signing needs: where roots are kept, and a key."""

    folder: RootsFolder
    signer: Signer


async def keep_roots(
    context: Context, checkpoints: Checkpoints, rooting: Rooting, lease: Lease, stop: asyncio.Event
) -> None:
    """Sees until `stop` that each day of UTC has its root.

    What it signed last is saved beside the lease, so that a worker with another folder is found out: it signs
    nothing, and says so. Why nothing was signed is saved, too. Raises Outdone when the lease has a newer holder,
    and faults of the store.
    """
    checkpoint = await checkpoints.claim(lease)
    if checkpoint is None:
        raise Outdone(lease.name)
    saved = dict(checkpoint.value)
    while not stop.is_set():
        root, fault = await try_to_sign(context, rooting, day_in(saved))
        value = saved | {"fault": fault}
        if root:
            value |= {"day": root.date.isoformat(), "hash": root_hash(root).hex()}
        if value != saved:
            _log(root, fault)
            if not await checkpoints.save(lease, value, now=context.clock()):
                raise Outdone(lease.name)
            saved = value
        await pause(stop, EVERY)


def _log(root: Root | None, fault: str | None) -> None:
    if fault:
        logger.error("no root was signed", extra={"why": fault})
    elif root:
        logger.info("a root stands", extra={"day": root.date.isoformat(), "members": root.members})


async def try_to_sign(context: Context, rooting: Rooting, signed: date | None) -> tuple[Root | None, str | None]:
    """The root that stands for today, or why there is none. `signed`: the day signed last, as far as is known."""
    folder = rooting.folder
    if folder.lacks(signed):
        return None, elsewhere(folder, signed)
    try:
        return await sign_root(context.ledger, folder, rooting.signer, context.clock()), None
    except (BadRoot, CannotSign) as fault:
        return None, str(fault)
    except OSError as fault:
        return None, f"{fault.filename or folder.path}: {fault.strerror}"


def elsewhere(folder: RootsFolder, signed: date | None) -> str:
    """What to say of a folder that lacks the root signed last."""
    return (
        f"The root of {signed} was signed and is not in {folder.path}: the chain of roots goes on where it is. "
        "Let ROOTS_DIR be one folder for every worker."
    )


async def signed_day(checkpoints: Checkpoints) -> date | None:
    """The day whose root was signed last, as far as the workers know."""
    return day_in(await _saved(checkpoints))


async def signing_fault(checkpoints: Checkpoints) -> str | None:
    """Why the workers have signed nothing when they tried last; None when they have."""
    fault: str | None = (await _saved(checkpoints)).get("fault")
    return fault


def day_in(value: Mapping[str, Any]) -> date | None:
    """The day in a checkpoint's value."""
    day = value.get("day")
    return date.fromisoformat(day) if day else None


async def _saved(checkpoints: Checkpoints) -> Mapping[str, Any]:
    found = (await checkpoints.get_many([NAME])).get(NAME)
    return found.value if found else {}
