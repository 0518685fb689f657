"""Everything said to a model, one file a prompt."""
