"""Answers questions and drafts policy notes over a collection of reports, each sentence with its source.

    library = coscribe.Library("folder")
    library.ingest(["reports/"])
    assistant = coscribe.Assistant(library)
    answer = await assistant.ask("How much power may a site draw?")

The names below are imported on first use, so that `import coscribe` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .core.system.surroundings import hush

if TYPE_CHECKING:
    from .agents.assistant import Assistant
    from .core.errors import CoscribeError
    from .core.shapes import Answer, Note
    from .core.types import Scope
    from .models.endpoint_embedder import embedder
    from .tools.review.checks import Support, support
    from .tools.verify.finding import Verification
    from .tools.verify.verify import verify
    from .vectorstore.library import Library

__all__ = [
    "Answer",
    "Assistant",
    "CoscribeError",
    "Library",
    "Note",
    "Scope",
    "Support",
    "Verification",
    "embedder",
    "support",
    "verify",
]

_HOMES = {
    "Answer": "core.shapes",
    "Assistant": "agents.assistant",
    "CoscribeError": "core.errors",
    "Library": "vectorstore.library",
    "Note": "core.shapes",
    "Scope": "core.types",
    "Support": "tools.review.checks",
    "Verification": "tools.verify.finding",
    "embedder": "models.endpoint_embedder",
    "support": "tools.review.checks",
    "verify": "tools.verify.verify",
}

hush()  # every way in passes here, before a library that reports on itself is loaded


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'coscribe' has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
