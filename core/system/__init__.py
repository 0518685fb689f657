"""The machine it runs on: folders, files, processes, streams."""
