"""The idea: retriever, drafter and reviewer, wired as graphs."""
