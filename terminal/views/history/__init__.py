"""What a person is shown of snapshots and of what changed between them."""
