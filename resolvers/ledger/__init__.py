"""Balances and entries, as clients see them."""
