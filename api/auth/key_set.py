"""The keys that may have signed a token, cached, and fetched again when the issuer turns its keys over."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from api.auth.bad_token import BadToken
from api.auth.key import Key, read_keys
from api.auth.key_source import KeySource
from services.faults import Retryable

_log: Final = logging.getLogger(__name__)
_FIRST_RETRY: Final = 5.0  # seconds; until the first fetch succeeds nobody can sign in at all


class KeySet:
    """Finds a token's key by its `kid`.

    An unknown `kid` has the set fetched again, at most once in `retry_after` seconds however many such tokens
    come, so that nobody can make this process hammer its issuer. `max_age` seconds after the last fetch it is
    fetched again on use, so that a withdrawn key goes; when that fails the known keys stay.
    """

    def __init__(
        self,
        source: KeySource,
        *,
        retry_after: float = 60.0,
        max_age: float = 600.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._retry_after = retry_after
        self._max_age = max_age
        self._monotonic = monotonic
        self._keys: tuple[Key, ...] = ()
        self._tried_at: float | None = None
        self._fetched_at: float | None = None
        self._fetching = asyncio.Lock()

    async def find(self, key_id: str | None) -> Key:
        """The key with this id; without an id, the only key there is. Refuses with BadToken when there is none.

        Raises Retryable when no key set could be fetched yet: then no token can be judged.
        """
        stale = self._fetched_at is None or self._monotonic() - self._fetched_at >= self._max_age
        # One request fetches. Nobody else waits for a slow issuer while its keys are known.
        if stale and not (self._keys and self._fetching.locked()):
            await self._refresh()
        if (key := self._known(key_id)) is None:
            await self._refresh()
            key = self._known(key_id)
        if self._fetched_at is None:
            raise Retryable("the key set cannot be fetched")
        if key is None:
            raise BadToken("The token was signed with a key that is not known here.")
        return key

    def _known(self, key_id: str | None) -> Key | None:
        if key_id is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.id == key_id), None)

    async def _refresh(self) -> None:
        async with self._fetching:
            now = self._monotonic()
            wait = self._retry_after if self._fetched_at is not None else min(self._retry_after, _FIRST_RETRY)
            if self._tried_at is not None and now - self._tried_at < wait:
                return
            self._tried_at = now
            try:
                self._keys = read_keys(await self._source())
            except (OSError, ValueError):
                _log.warning("key set not fetched", exc_info=True)
                return
            self._fetched_at = now
