"""Checks what coscribe has made against the library and the ledger: no model, no network."""
