"""What is known of an event when it is judged: the member, the moment, what was counted before."""
