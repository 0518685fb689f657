"""What benchmarks measure with: how far a share may be off, and what features weigh."""

import numpy as np

# Has stances read by the patterns alone, for `unittest.mock.patch`.
PATTERNS_ALONE = ("coscribe.tools.align.stances.stance.knows_positions", lambda language: False)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the ends of the 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5 / (1 + z * z / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def logistic(table: np.ndarray, label: np.ndarray, weight: np.ndarray, ridge: float) -> np.ndarray:
    """Return intercept and coefficients of a ridge logistic regression, by Newton's method.

    `table` has shape (cases, features), the others one entry a case; `ridge` keeps coefficients of correlated features
    from running apart, and does not touch the intercept.
    """
    table = np.column_stack([np.ones(len(table)), table])
    penalty = ridge * np.diag([0.0, *[1.0] * (table.shape[1] - 1)])
    found = np.zeros(table.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-table @ found))
        gradient = table.T @ (weight * (chance - label)) + penalty @ found
        hessian = (table * (weight * chance * (1 - chance))[:, None]).T @ table + penalty
        found = found - np.linalg.solve(hessian, gradient)
    return found
