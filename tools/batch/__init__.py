"""The files of a batch: questions in, a journal beside the output, answers out."""
