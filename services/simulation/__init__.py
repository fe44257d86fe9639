"""Replaying history through a programme without writing."""
