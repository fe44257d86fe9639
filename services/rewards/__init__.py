"""Rewards: the catalog as a member sees it, and redeeming."""
