"""The chat: a line to type in, the agents at work above it, finished answers in the scrollback."""
