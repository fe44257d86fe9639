"""Devices, preferences, and what staff see of alerts on their way."""
