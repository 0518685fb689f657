"""Language packs: words as data, and the same terms in texts as in the index."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import coscribe
import pytest
from coscribe import Library
from coscribe.core.errors import UsageError
from coscribe.language.joint import check_patterns, keys, packs, read_packs
from coscribe.language.pack import Pack
from coscribe.language.stems import STEMMERS, composed, terms, without_cjk
from coscribe.vectorstore.index.analyzer import analyzer

ROOT = Path(__file__).parents[1]
ITALIAN = (Path(__file__).parent / "packs" / "it.toml").read_text(encoding="utf-8")
checkout_only = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").is_file(), reason="the tests stand apart from the checkout"
)
ODD = "ΟΔΟΣ Straße GRÖSSE œuvre Łódź ﬁne x² 1.5,7 3D हिन्दी नीति " + "long" * 20 + " " + "é" * 30 + " " + "y" * 59


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    library = Library(tmp_path_factory.mktemp("library"), embedder="none")
    library.ingest([str(files("coscribe.samples"))])
    catalogue = library.catalogue
    return [text for report in catalogue.reports() for _, text in catalogue.page_texts(report.id)]


@pytest.mark.parametrize("language", [*STEMMERS, None])
def test_terms_are_those_of_the_index(language: str | None, pages: list[str]) -> None:
    assert len(pages) > 20
    for text in (*pages, ODD):
        indexed = analyzer(language or "plain").analyze(without_cjk(composed(text)))
        assert terms(without_cjk(text), language) == list(indexed)


def test_support_loads_no_search_engine() -> None:
    code = "import sys, coscribe; coscribe.support('It may draw 5 MW.', ['It may draw 5 MW.']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert not {"tantivy", "chromadb", "sqlite3"} & {name.partition(".")[0] for name in done.stdout.split()}


def with_a_sixth(folder: Path, text: str) -> Path:
    """Return a copy of the product with one more pack in it: that one file is all that an added language takes."""
    product = folder / "coscribe"
    left_out = shutil.ignore_patterns(".*", "tests", "benchmarks", "docs", "build", "examples", "dist")
    shutil.copytree(ROOT, product, ignore=left_out)
    (product / "language" / "packs" / "it.toml").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, env=surroundings)


@checkout_only
def test_a_language_is_added_by_one_file(tmp_path: Path) -> None:
    code = """
import coscribe, json
pairs = json.loads(%r)
found = [coscribe.support(said, [held]) for said, held in pairs]
print(json.dumps([[one.verdict, one.reasons] for one in found]))
"""
    pairs = [
        ("Il consiglio non approva il bilancio della rete.", "Il consiglio approva il bilancio della rete."),
        ("Il sito deve usare al massimo 30 MW.", "Il sito potrebbe usare al massimo 30 MW."),
        ("La rete costa tre milioni di euro.", "La rete costa quattro milioni di euro."),
        ("Il consiglio approva il bilancio della rete.", "Il consiglio approva il bilancio della rete."),
    ]
    plain = [coscribe.support(said, [held]) for said, held in pairs]
    assert [found.verdict for found in plain] == ["doubtful"] * 4  # nothing is passed, nothing is known
    done = run(with_a_sixth(tmp_path, ITALIAN), code % json.dumps(pairs))
    assert not done.stderr
    (denied, denial), (bound, binding), (dear, dearer), (stands, left) = json.loads(done.stdout)
    assert denied == "doubtful" and "the claim denies what the evidence does not deny" in denial
    assert bound == "doubtful" and "the claim is more binding than the evidence" in binding
    assert dear == "doubtful" and any("milioni" in reason for reason in dearer)
    assert stands == "doubtful" and left == ["not checked in 'it': names, attribution, scope, rank"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (ITALIAN.replace("implied = ", "implies = "), "denial.implied"),
        (ITALIAN.replace("[time]", "[times]"), "'time'"),
        (ITALIAN.replace("prim[oa]", "prim[oa"), "numbers.ordinals.0"),
        (ITALIAN.replace('"negation"', '"negations"'), "reviewed.1"),
        (ITALIAN.replace("maggio = 5", 'maggio = "May"'), "calendar.months.maggio"),
    ],
)
def test_a_pack_that_is_not_whole_is_refused_by_the_name_of_its_key(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "it.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(named)):
        list(map(check_patterns, read_packs(tmp_path, Pack)))


@pytest.mark.parametrize("own", packs(), ids=lambda own: own.code)
def test_every_line_of_a_shipped_pack_is_a_pattern(own: Pack) -> None:
    check_patterns(own)


@checkout_only
def test_every_key_is_explained() -> None:
    page = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")
    for key, description in keys().items():
        assert f"| `{key}` | {description} |" in page, key


def test_patterns_of_the_packs_are_not_compiled_before_they_are_used() -> None:
    code = (
        "import re\nmade, own = [], re.compile\n"
        "re.compile = lambda *given, **named: (made.append(given), own(*given, **named))[1]\n"
        "import coscribe\nfrom coscribe.tools.review.checks import support\nbefore = len(made)\n"
        "support('It may draw 5 MW.', ['It may draw 5 MW.'])\nprint(before, len(made) - before)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=300, check=True)
    before, used = map(int, done.stdout.split())
    assert before < 130
    assert used > 10
