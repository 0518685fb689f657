"""Text recognition: an engine of our own over published weights, and ocrmypdf where that is wanted."""
