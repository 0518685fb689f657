"""The commands `ask` and `note` where they write files; what writes these is imported for nothing else."""
