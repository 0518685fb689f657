"""What every layer shares and that knows no layer: errors, settings, the shapes of data."""
