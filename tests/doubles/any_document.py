"""Documents of any shape and of the words that are hardest to keep apart from markup, for Hypothesis."""

from coscribe.core.document import (
    Aside,
    Document,
    Origin,
    Paragraph,
    Proof,
    Quote,
    Section,
    Sentence,
    SourcePlace,
    Table,
)
from doubles.documents import mark
from hypothesis import strategies as st

SPECIAL = st.text("ab1 \t\n\\`*_[]()<>#+-.=~|!&;:“”/\"'\u200b\u202e", max_size=12)
TEXT = st.one_of(
    SPECIAL, st.text(max_size=20), st.sampled_from(["[1]", "# a", "1. a", "- a", "[a]: b", "](c)", "&lt;"])
)
PARTS = st.one_of(
    TEXT,
    st.builds(Origin, origin=TEXT),
    st.builds(Quote, words=TEXT, ids=st.lists(st.text(max_size=5), max_size=2).map(tuple)),
    st.builds(mark, st.integers(1, 99)),
)
PROOFS = st.builds(
    Proof, source=st.integers(1, 99), words=TEXT, place=st.builds(SourcePlace, label=TEXT),
    page=st.one_of(st.none(), st.integers(1, 9)),
)  # fmt: skip
SENTENCES = st.builds(
    Sentence, kind=st.sampled_from(["quoted", "drafted", "count"]), parts=st.lists(PARTS, max_size=5).map(tuple),
    proofs=st.lists(PROOFS, max_size=2).map(tuple),
)  # fmt: skip
ROWS = st.lists(st.tuples(SENTENCES, SENTENCES), max_size=2).map(tuple)
BLOCKS = st.one_of(
    st.builds(
        Paragraph, sentences=st.lists(SENTENCES, max_size=3).map(tuple),
        form=st.sampled_from(["plain", "item", "notice"]), depth=st.just(0),
    ),
    st.builds(Aside, kind=st.sampled_from(["made_by", "unreadable"]), sentences=st.tuples(SENTENCES)),
    st.builds(Table, heads=st.tuples(TEXT, TEXT), rows=ROWS),
)  # fmt: skip
DOCUMENTS = st.builds(
    Document, title=TEXT,
    sections=st.lists(
        st.builds(Section, heading=TEXT, level=st.sampled_from([2, 3]), blocks=st.lists(BLOCKS, max_size=4).map(tuple)),
        max_size=3,
    ).map(tuple),
)  # fmt: skip
