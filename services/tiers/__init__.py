"""Tiers: what time and new terms do to them, and what staff give."""
