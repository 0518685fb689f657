"""Where roadmaps converge, diverge or are silent: topics, positions, the matrix of both, and what follows from it."""
