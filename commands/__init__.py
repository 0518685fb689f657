"""What each command does once its options are read; `cli.py` declares them and imports these only when they run."""
