"""What people decide on the cells of a matrix: read from their sheets, merged, kept, and set beside ours."""
