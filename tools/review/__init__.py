"""What the reviewer checks of a claim without a model: whether its evidence says as much."""
