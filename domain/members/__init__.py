"""Members: who they are. Points are the ledger's."""
