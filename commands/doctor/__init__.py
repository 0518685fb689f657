"""The command `doctor`: whether everything is in order, and what could leave this machine."""
