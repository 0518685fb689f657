"""What an agent may use: search, evidence, checks."""
