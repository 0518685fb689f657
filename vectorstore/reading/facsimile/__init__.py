"""Pages of reports as they look, with the place of words on them."""
