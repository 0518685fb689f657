"""What is handed over, before it is written in any format."""
