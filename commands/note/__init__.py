"""The command `note`: the templates that a note is made after."""
