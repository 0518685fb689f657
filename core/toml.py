"""Reads TOML that people wrote, or that came with reports of unknown origin."""

import tomllib
from typing import Any


def parsed(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text; whatever is wrong with it raises `tomllib.TOMLDecodeError`.

    Brackets within brackets without end, and numbers of thousands of digits, are among what is wrong.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise tomllib.TOMLDecodeError("it is nested too deeply") from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # a number that Python refuses to read
        raise tomllib.TOMLDecodeError(str(error)) from error
