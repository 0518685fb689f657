"""The shape of an answer: comparisons, counts, holdings, how strong the evidence is."""
