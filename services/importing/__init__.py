"""Bringing in files of members or of events: CSV or NDJSON, in any shape that a mapping describes."""
