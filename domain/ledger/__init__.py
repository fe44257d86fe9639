"""The ledger: one gapless stream of immutable entries a member; the only truth. See docs/architecture.md."""
