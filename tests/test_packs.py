"""Language packs: words as data, and the same terms in texts as in the index."""

import subprocess
import sys
from importlib.resources import files

import pytest
from coscribe import Library
from coscribe.language.stems import STEMMERS, composed, terms, without_cjk
from coscribe.vectorstore.index.analyzer import analyzer

ODD = "ΟΔΟΣ Straße GRÖSSE œuvre Łódź ﬁne x² 1.5,7 3D हिन्दी नीति " + "long" * 20 + " " + "é" * 30


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
