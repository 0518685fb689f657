"""What position a sentence takes on a topic."""
