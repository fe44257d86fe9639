"""Asking expressions: each in the quickest way there is, all with the answers of the engine."""
