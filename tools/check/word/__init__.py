"""Where the words of a Word file stand in its XML, and comments put there; nothing else of the file changes."""
