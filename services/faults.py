"""Faults that a use case may meet and cannot put right. Refusals are values; these are exceptions."""

from mongo.faults import StoreUnavailable

# Whether it took effect is not known: the caller tries again with the same idempotency key.
Retryable = StoreUnavailable

__all__ = ["Retryable"]
