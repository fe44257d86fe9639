"""What runs beside the API: followers of the ledger and the sweeper, each under a lease."""
