"""Tiers: where a member stands, derived from what they earned each year; never from the balance."""
