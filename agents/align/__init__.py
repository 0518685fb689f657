"""The matrix graph: topics x roadmaps, a branch a cell, rows judged across cells."""
