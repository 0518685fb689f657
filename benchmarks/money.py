"""What a plain question takes: calls and tokens by agent, and again when it is asked twice.

Usage: `python benchmarks/money.py [--plain 20]`. The server is a double with a meter of its own; the books under
failures, kills and caps are compared by `benchmarks/faults/`.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import coscribe

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.accounts import agent_of, clerk, prepare  # noqa: E402
from doubles.endpoint import Endpoint  # noqa: E402
from question_set import load  # noqa: E402

COLLECTION = ROOT.parent / "shared" / "devpack" / "domain_open"


async def plain(folder: Path, count: int) -> None:
    """Print calls and tokens of plain questions on the open collection, by agent, and of the same ones again."""
    library = coscribe.Library(folder / "open", embedder="none")
    library.ingest([COLLECTION])
    home = prepare(folder / "plain")
    endpoint = Endpoint(clerk)
    endpoint.agent = agent_of
    assistant = coscribe.Assistant(library, home=home, model="m", base_url=endpoint.url)
    golds = [gold for gold in load("domain_open", "tune") if gold.answerable][:count]
    costs = [(await assistant.ask(gold.question)).cost for gold in golds]
    again = [(await assistant.ask(gold.question)).cost for gold in golds]
    await assistant.close()
    endpoint.close()
    told = endpoint.meter.told
    tokens = [cost.input_tokens + cost.output_tokens for cost in costs]
    print(f"plain questions on domain_open: {len(costs)}; calls {mean([cost.calls for cost in costs]):.2f} a question, "
          f"at most {max(cost.calls for cost in costs)}; tokens {mean(tokens):.0f}, at most {max(tokens)}")  # fmt: skip
    for agent, used in told.items():
        print(f"    {agent}: {used.calls} calls, {used.input / used.calls:.0f} tokens in and "
              f"{used.output / used.calls:.0f} out a call")  # fmt: skip
    print(
        f"    again: {sum(cost.calls for cost in again)} calls, {sum(cost.input_tokens for cost in again)} tokens, "
        f"${sum(Decimal(cost.usd or 'nan') for cost in again)}, {sum(cost.cache_hits for cost in again)} from the cache"
    )


def mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


def main() -> None:
    """Print what so many questions take."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plain", type=int, default=20, help="questions on the open collection")
    options = parser.parse_args()
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    if not COLLECTION.is_dir():
        print(f"{COLLECTION.name} is not there")
        return
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(plain(Path(temporary), options.plain))


if __name__ == "__main__":
    main()
