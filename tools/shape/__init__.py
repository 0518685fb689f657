"""The shape a question gives its answer: a table, a count, a list of what is held; and the parts code writes itself."""
