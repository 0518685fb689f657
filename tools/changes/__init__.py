"""What changed from one time to another: snapshots of library and matrix, and answers of a batch, compared."""
