"""What every layer shares and that knows no layer: errors, settings, types, model port, ledger."""
