"""The command `note`: its templates, the outline that is agreed on, and notes that are gone on with."""
