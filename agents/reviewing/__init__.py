"""What a draft says is measured, read over, and settled: shown, replaced by its quote, or listed."""
