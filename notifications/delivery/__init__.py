"""Messages leave the house: rows of the inbox are routed to addresses, and each address is told once."""
