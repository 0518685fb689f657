"""The command `mcp`: the library served to other programs, over the Model Context Protocol."""
