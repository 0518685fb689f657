"""Everything that reaches a model: the port, its one client, the gate, the cache, what embeds."""
