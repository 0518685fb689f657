"""Reports described by a model, where code is not sure of them."""
