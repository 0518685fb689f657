"""Conversations: memory, sessions, the graph that carries a turn."""
