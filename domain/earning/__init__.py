"""Earning: what an event gives, why, and until when. Points are posted by the ledger."""
