"""Prints package, version and licence of what requirements.lock installs; ends with 1 where one may not be shipped.

GPL and AGPL would bind whoever passes coscribe on; LGPL and MPL bind only who changes the library itself.
"""

import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
REFUSED = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
NAMED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_LONGEST = 60  # characters; some packages put the whole text where its name belongs


def licence(about: PackageMetadata) -> str:
    """Return the licence by its expression, else by its classifiers, else by what was written."""
    classified = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if "License ::" in line]
    named = [name for name in classified if name != "OSI Approved"]
    written = " ".join((about["License"] or "").split())
    return about["License-Expression"] or "; ".join(named) or written[:_LONGEST] or "not said"


def is_refused(said: str) -> bool:
    """Tell whether every choice that a package leaves is one that may not be shipped."""
    return all(REFUSED.search(choice) for choice in re.split(r"\bOR\b", said))


def main() -> int:
    """Print the table and return the exit code."""
    wrong = []
    for name in dict.fromkeys(NAMED.findall(LOCK.read_text(encoding="utf-8"))):
        try:
            about = metadata(name)
        except PackageNotFoundError:  # of another platform
            continue
        said = licence(about)
        print(f"{about['Name']:36} {about['Version']:14} {said}")
        if is_refused(said):
            wrong.append(name)
    if wrong:
        print(f"licences that may not be shipped: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
