"""The commands `export` and `import`: a library is handed over as one file."""
