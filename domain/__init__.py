"""The business: pure functions over frozen dataclasses. No I/O, no clock, no randomness, no framework."""
