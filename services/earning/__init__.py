"""Earning: events come in once and become entries."""
