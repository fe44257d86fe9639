"""Changes of a redemption that move no points: one conditional write, once a key."""

from collections.abc import Callable
from datetime import datetime

from domain.actors import Actor
from domain.refusals import Refused, not_found
from domain.rewards.redemption import Handled, Redemption
from mongo.faults import Contention
from services.context import Context
from services.keys import client_key, key_conflict
from services.rewards.tell import tell

Change = Callable[[Redemption, Handled, datetime], Redemption | Refused]
_MAX_ATTEMPTS = 20


async def handle_redemption(
    context: Context, actor: Actor, slot: tuple[str, str], *, key: str, input: str, change: Change
) -> Redemption | Refused:
    """What `change` makes of the redemption `slot` = (member, id), written unless it has changed meanwhile.

    Refuses a bad key, NOT_FOUND, IDEMPOTENCY_CONFLICT and what `change` does. What stands under the key is
    answered first, as it is by now. The member is told.
    """
    known = client_key(key, actor)
    if isinstance(known, Refused):
        return known
    handled = Handled(known, input)
    for _ in range(_MAX_ATTEMPTS):
        found = await _find(context, *slot)
        if isinstance(found, Refused):
            return found
        stands = next((one for one in found.handled if one.key == known), None)
        if stands:
            return found if stands == handled else key_conflict()
        changed = change(found, handled, context.clock())
        if isinstance(changed, Refused):
            return changed
        if await context.redemptions.put(None, changed):
            return await tell(context, changed)
    raise Contention("others kept changing the redemption")


async def _find(context: Context, member: str, id: str) -> Redemption | Refused:
    found = (await context.redemptions.get_many([id])).get(id)
    if found is None or found.member != member:
        return not_found("There is no such redemption.", "redemptionId")
    return found
