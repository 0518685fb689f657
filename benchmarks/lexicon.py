"""Makes the lists of English words that come with coscribe out of word lists; these are not needed to run it.

Usage: `python benchmarks/lexicon.py --words FILE [FILE …]`. `--words` are plain lists, a word a line, such as SCOWL's
American and British ones (Debian: wamerican, wbritish): what stands there in small letters and has at least five goes
to `language/words/en.gz`. A word of a question that is in it is no slip of the pen.
"""

import argparse
import gzip
import re
from pathlib import Path

LANGUAGE = Path(__file__).parents[1] / "language"
WORD = re.compile(r"[a-z]{5,}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    found = {word for file in options.words for word in file.read_text("utf-8").split() if WORD.fullmatch(word)}
    text = "".join(f"{word}\n" for word in sorted(found))
    # without a date in it, the same words make the same file
    (LANGUAGE / "words" / "en.gz").write_bytes(gzip.compress(f"\n{text}".encode(), 9, mtime=0))
    print(f"{len(found)} words")


if __name__ == "__main__":
    main()
