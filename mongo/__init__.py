"""The only room that knows MongoDB and its driver. Driver errors never leave it: see `mongo.faults`."""
