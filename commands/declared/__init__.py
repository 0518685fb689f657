"""Options that several commands have in common, as they are declared; nothing heavy is imported for them."""
