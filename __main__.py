"""`python -m coscribe` is the same as `coscribe`."""

from .cli import main

if __name__ == "__main__":
    main()
