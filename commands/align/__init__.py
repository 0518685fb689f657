"""The command `align`."""
