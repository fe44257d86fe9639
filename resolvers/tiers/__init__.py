"""Tiers and standing."""
