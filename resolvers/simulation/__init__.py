"""Simulations of the programme, as admins see them."""
