"""Forms for partners: written as Word files, and read back whatever became of them on their way."""
