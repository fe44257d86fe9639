"""Rewards: who may have which, at what price, and what becomes of a redemption."""
