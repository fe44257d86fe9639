"""What `regulars root` does."""

from mongo.checkpoints import Checkpoints
from runtime.cli.work import in_house
from runtime.faults import CannotRun
from runtime.rooting import Told, line_of
from runtime.roots import roots_folder, signing_key
from runtime.settings import Settings
from runtime.wiring import House
from runtime.workers.roots import elsewhere, signed_day
from services.ledger.sign_root import is_due, sign_root


def sign_today(settings: Settings, anew: str | None = None) -> Told:
    """Signs, unless today's stands. Raises CannotRun for a key or folder that will not do, and as `sign_root`."""
    folder, key = roots_folder(settings), signing_key(settings)

    async def work(house: House) -> Told:
        signed = await signed_day(Checkpoints(house.database))
        if folder.lacks(signed) and anew is None:
            raise CannotRun(elsewhere(folder, signed))
        due = is_due(folder.newest(), house.context.clock())
        root = await sign_root(house.context.ledger, folder, key, house.context.clock(), anew=anew)
        if root is None:
            return Told(["The ledger has no entries: there is nothing to sign."], True)
        return Told([line_of(root), f"{'Signed' if due else 'Stood already'}: {folder.file_of(root.date)}"], True)

    return in_house(settings, work)
