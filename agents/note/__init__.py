"""A policy note: the nodes and the graph that wires them."""
