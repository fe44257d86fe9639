"""What a judgement writes into the ledger: entries, until when they wait, when their points end."""
