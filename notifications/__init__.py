"""Alerts: which follows from what, in which words, by which channel, delivered with retries."""
