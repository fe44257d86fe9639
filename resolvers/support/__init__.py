"""What staff put right, and approvals."""
