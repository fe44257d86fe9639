"""Use cases, one verb a function: load, decide, commit. Each owns its transaction and its idempotency."""
