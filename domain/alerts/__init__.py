"""Alerts on their way to a member: where they may go, when, and what became of them. Pure."""
