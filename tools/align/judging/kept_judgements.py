"""What people decided, kept over reruns: one JSON file a library, in the personal folder of the home."""

import hashlib

from pydantic import ValidationError

from ....core.errors import UsageError
from ....core.shapes import Shape
from ....core.system.files import write_whole
from ....core.system.home import Home
from ..matrix import Judgement

_ADVICE = "mend that, or choose another --home"


class JudgementFile(Shape):
    """What the file holds; `library` is the folder of the one that was judged, below its home where it is there."""

    library: str
    judgements: tuple[Judgement, ...] = ()


class KeptJudgements:
    """The judgements on the library of a home; writing is whole or not at all."""

    def __init__(self, home: Home) -> None:
        # A library inside its home is known by its place there, so that a home can be moved.
        inside = home.library.is_relative_to(home.root)
        self._library = str(home.library.relative_to(home.root) if inside else home.library)
        name = hashlib.sha256(self._library.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        self._path = home.judgements / f"{name}.json"

    def load(self) -> tuple[Judgement, ...]:
        """Return what is kept; raises UsageError for a file that is damaged."""
        try:
            return JudgementFile.model_validate_json(self._path.read_bytes()).judgements
        except FileNotFoundError:
            return ()
        except (OSError, ValidationError) as error:
            raise UsageError(
                f"what was kept of judgements in {str(self._path)!r} is damaged: move it away, give the workbooks again"
            ) from error

    def keep(self, judgements: tuple[Judgement, ...]) -> None:
        """Keep these, in place of what was there. Raises UsageError where they cannot be written."""
        library = self._library.encode("utf-8", "replace").decode()
        text = JudgementFile(library=library, judgements=judgements).model_dump_json(indent=1)
        write_whole(self._path, text, "what was judged", advice=_ADVICE, private=True)
