"""What a report says of itself, each fact with how it was found and how sure that is."""
