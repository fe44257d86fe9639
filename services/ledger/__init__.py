"""Posting to the ledger, and the use cases that read it."""
