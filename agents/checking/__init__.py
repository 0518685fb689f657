"""A draft is read over by a model, which sees the words of the reports that code has found for each sentence."""
