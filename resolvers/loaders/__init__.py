"""Loaders: what the fields of one answer need, asked for together."""
