"""Use cases about members: enrolling, finding and searching them."""
