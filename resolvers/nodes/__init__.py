"""Anything by its global id."""
