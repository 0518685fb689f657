"""What a person is shown of a matrix, of topics suggested for one, of snapshots and what changed between them."""
