"""Tiers: where a member stands, derived from what they earned in each window; never from the balance."""
