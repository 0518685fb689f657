"""Numbers that follow from the evidence's in one step: the years between two, how many times one is another.

Sums, differences and shares of amounts are no matter of a check: they are an inference, and code computes them.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations

from ....language.figures import Figure

_YEAR = 12  # months
_ROUGHLY = Decimal("0.08")  # of a multiple, by which a round one may differ
_LEAST_TIMES = Decimal("1.5")


def follows(amount: tuple[str, Decimal], figure: Figure, claim: str, found: Iterable[Figure]) -> bool:
    """Tell whether an amount of a claim is the time between two years, or the quotient of two figures of one unit.

    "Three years later" is right of 2027 and 2030, "six times as much" of 180 MW and 1.1 GW.
    """
    measure, value = amount
    known = list(found)
    if measure == "month" and value % _YEAR == 0:
        years = {other.value for other in known if other.unit == "year"}
        return any(abs(one - other) * _YEAR == value for one, other in combinations(sorted(years), 2))
    if measure != "time":
        return False
    pairs = combinations((other for other in known if other.unit not in ("year", "%")), 2)
    quotients = (max(one.value, two.value) / min(one.value, two.value) for one, two in pairs
                 if one.unit == two.unit and min(one.value, two.value))  # fmt: skip
    more = claim[: figure.start].rstrip().endswith(("more than", "over", "mehr als", "plus de", "más de"))
    return any(
        quotient >= _LEAST_TIMES and (abs(quotient - value) <= _ROUGHLY * value or (more and 0 <= quotient - value < 1))
        for quotient in quotients
    )
