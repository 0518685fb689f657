"""What inference costs: the ledger, prices, caps, estimates, energy."""
