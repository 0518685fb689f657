"""How what each leg says of a passage becomes one score: words decide where they tell, meaning where they do not.

The best hit by words tells which it is. Where it holds the rare words of a question, they lead to what is asked; where
these are common or nowhere, a hit on them says little. The figures lie near the fit of `benchmarks/fusion.py`.
"""

import math

UNRELATED, _SAME = 0.15, 0.75  # cosine similarities that count as 0 and 1: what random and paraphrased pairs reach
LEAST, MOST = 0.0, 0.93  # the share of words where they tell nothing, and where they tell all
TURNS_AT, WITHIN = 1.0, 0.1  # the share of a question's idf, as the best hit has it, at which it turns, and how fast


def share_of_words(best: float) -> float:
    """Return what words weigh of both legs, 0..1, where the best hit by them has so much of the question's idf."""
    return LEAST + (MOST - LEAST) / (1 + math.exp((TURNS_AT - best) / WITHIN))


def scaled(similarity: float) -> float:
    """Return a cosine similarity on a scale where unrelated pairs are 0 and paraphrases 1."""
    return min(1.0, max(0.0, (similarity - UNRELATED) / (_SAME - UNRELATED)))
