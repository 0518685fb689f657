"""What is kept of the reports: catalogue, words, vectors."""
