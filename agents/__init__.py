"""The idea: retriever, drafter and reviewer, wired as graphs."""

import os

# Checkpoints are read back as plain data alone, whatever a planted file says; LangGraph looks at this at import.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
