"""Purchases that come back: what is kept, what is taken back, what room that gives."""
