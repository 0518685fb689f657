"""What a doubt is worth, by its kind: how often one came up on wrong claims and on right ones.

The shares stand in `measured.toml`, as `benchmarks/support.py` prints them.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

_WRONG = 0.05  # of the claims of a good model
Odds = Mapping[str, Mapping[str, float]]


@cache
def measured() -> Odds:
    """Return of each kind the shares, 0..1, of `wrong` and `right` claims on which it came up."""
    return tomllib.loads(files(__package__).joinpath("measured.toml").read_text(encoding="utf-8"))


def precision(kind: str, shares: Odds | None = None) -> float | None:
    """Return how likely a claim is wrong about which there is such a doubt, 0..1, where one claim in twenty is wrong.

    `None` for what is not measured.
    """
    own = (measured() if shares is None else shares).get(kind)
    if own is None:
        return None
    caught, false = _WRONG * own["wrong"], (1 - _WRONG) * own["right"]
    return round(caught / (caught + false), 2)


def against(kinds: Iterable[str], shares: Odds | None = None) -> float:
    """Return what speaks against a claim: for each kind of doubt the logarithm of how much likelier an error has it."""
    known = measured() if shares is None else shares
    own = [known[kind] for kind in sorted(set(kinds)) if kind in known]
    return sum(max(0.0, math.log(one["wrong"] / one["right"])) for one in own)
