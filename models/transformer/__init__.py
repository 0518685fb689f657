"""Runs models whose weights come with the installation, on graphs of our own."""
