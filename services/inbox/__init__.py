"""The member's inbox: list it, read it, watch it."""
