"""The command that looks whether everything is in order, and says what to do next."""

import os
import socket
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from ...core.errors import CoscribeError
from ...core.hosts import host_of
from ...core.settings import Endpoint
from ...core.shapes import Checks, DoctorCheck
from ...core.system.disk import has_no_room
from ...models.gate import Gate, loopback_addresses
from ...models.servers import Server, Servers
from ...money.meters import energy_meter, price_list
from ...money.prices import price_hint
from ...terminal.views.doctor import doctor_view
from ...vectorstore.library import Library
from ..workplace import Options, Workplace, endpoints_of, works_at
from ..writing_workplace import CatalogueWorkplace
from .privacy import privacy

_READ = 600  # tokens of a review on average, as `benchmarks/right_sentences.py` prints them with the draft's
_PATIENCE = 3.0  # seconds for a connection to be accepted


@works_at(CatalogueWorkplace)
def doctor(place: CatalogueWorkplace, options: Options) -> int:
    """Check home, library, embedder, endpoints and prices; the exit code is 1 when a check failed."""
    checks = list(privacy(place, options["ignored"]) if options.get("privacy") else _everything(place))
    place.show(Checks(checks=checks), doctor_view(checks))
    return 1 if any(check.state == "fail" for check in checks) else 0


def _everything(place: CatalogueWorkplace) -> Iterator[DoctorCheck]:
    yield _home(place)
    yield from _library(place.library)
    yield _embedder(place)
    endpoints = endpoints_of(place.settings)
    if not endpoints:
        yield DoctorCheck(
            name="model", state="ok", detail="none: answers are verbatim quotes, and nothing leaves this machine",
            next="to draft answers, name one: --model NAME --base-url URL",
        )  # fmt: skip
    for endpoint in endpoints:
        yield _endpoint(place, endpoint)
        yield _features(place, endpoint)
        yield _price(place, endpoint)
    if endpoints:
        yield from _reviewer(place)
        yield _energy(place)


def _home(place: Workplace) -> DoctorCheck:
    try:
        place.ledger.table("agent")
    except CoscribeError as error:
        return DoctorCheck(name="home", state="fail", detail=str(error), next="choose another with --home DIR")
    return DoctorCheck(name="home", state="ok", detail=str(place.home.root))


def _library(library: Library) -> Iterator[DoctorCheck]:
    if not library.exists:
        advice = "run `coscribe ingest PATH`, or `coscribe demo` to see it work"
        yield DoctorCheck(name="library", state="warn", detail=f"none yet at {str(library.folder)!r}", next=advice)
        return
    try:
        reports, passages = library.catalogue.reports(), library.catalogue.passage_counts()
        pending, unreadable = library.unsearchable(), library.catalogue.unreadable()
        detail = f"{len(reports)} reports, {sum(passages.values())} passages, generation {library.catalogue.generation}"
        # Of a library that may not be written to, Chroma cannot be opened to be looked into.
        differing = [] if pending or library.catalogue.is_read_only else library.inconsistencies()
    except CoscribeError as error:
        yield DoctorCheck(name="library", state="fail", detail=str(error), next="run `coscribe reports rebuild`")
        return
    if library.catalogue.is_read_only:
        why = "its disk is full" if has_no_room(library.folder) else "it is read-only"
        detail = f"{detail}; {why}: it can be searched, not changed"
    yield DoctorCheck(name="library", state="ok", detail=detail)
    if pending:
        yield DoctorCheck(
            name="index", state="fail", detail=f"{len(pending)} reports cannot be searched yet: {', '.join(pending)}",
            next="run the interrupted `coscribe ingest` again, or `coscribe reports rebuild`",
        )  # fmt: skip
    if differing:
        advice = "run `coscribe reports rebuild`: until then not all is found"
        yield DoctorCheck(name="index", state="fail", detail="; ".join(differing), next=advice)
    if unreadable:
        files = ", ".join(item.file for item in unreadable)
        yield DoctorCheck(
            name="reading", state="warn", detail=f"{len(unreadable)} files hold pages without readable text: {files}",
            next="run OCR on them: ingest them again with --ocr",
        )  # fmt: skip


def _embedder(place: CatalogueWorkplace) -> DoctorCheck:
    library = place.library
    try:
        embedder = library.embedder()
        if library.exists:
            library.ranker()
    except CoscribeError as error:
        return DoctorCheck(name="embedder", state="fail", detail=str(error), next="run `coscribe reports rebuild`")
    if embedder is None:
        return DoctorCheck(name="embedder", state="ok", detail="none: search goes by words alone")
    where = host_of(place.settings.embedding.base_url) if place.settings.embedding else "this machine"
    return DoctorCheck(name="embedder", state="ok", detail=f"{embedder.name}, {'at' if '.' in where else 'on'} {where}")


def _endpoint(place: Workplace, endpoint: Endpoint) -> DoctorCheck:
    gate = Gate(place.settings.trust.hosts, place.settings.allow_remote)
    host = host_of(endpoint.base_url)
    name = f"model {endpoint.model}"
    if not gate.admits(endpoint.base_url, endpoint.model, "public"):
        advice = f"say --allow-remote {host}, or use a model on this machine"
        return DoctorCheck(name=name, state="warn", detail=f"{host} is remote and was not allowed", next=advice)
    address = urlsplit(endpoint.base_url)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        _knock(loopback_addresses(host) or (host,), port)
    except OSError as error:
        detail = f"nothing answers at {host}:{port} ({error.strerror or error})"
        return DoctorCheck(name=name, state="fail", detail=detail, next="start the server, or mend --base-url")
    if not gate.is_trusted(endpoint.base_url, endpoint.model) and not os.environ.get(endpoint.key_variable or ""):
        advice = f"export {endpoint.key_variable}" if endpoint.key_variable else "name its variable with key_variable"
        return DoctorCheck(name=name, state="warn", detail=f"{host} answers, but there is no key", next=advice)
    return DoctorCheck(name=name, state="ok", detail=f"{host}:{port} answers")


def _knock(addresses: Sequence[str], port: int) -> None:
    """Connect to the first of `addresses` that answers; raises `OSError` where none does."""
    for at, address in enumerate(addresses, 1):
        try:
            return socket.create_connection((address, port), _PATIENCE).close()
        except OSError:
            if at == len(addresses):
                raise
    return None


def _features(place: Workplace, endpoint: Endpoint) -> DoctorCheck:
    """Say what was learned of a server at its first calls; nothing is sent to find out more."""
    name = f"features {endpoint.model}"
    try:
        place.home.create()
        known = Servers(place.home.servers).recall(urlsplit(endpoint.base_url).netloc, endpoint.model)
    except CoscribeError as error:
        return DoctorCheck(name=name, state="fail", detail=str(error), next="choose another with --home DIR")
    bound = f"may write {place.settings.max_output_tokens:,} tokens an answer (max_output_tokens)"
    if known is None:
        detail = f"{bound}; the others are learned at the first call, and kept for 30 days"
        return DoctorCheck(name=name, state="ok", detail=detail)
    if known.thinking:
        bound += f" and {known.thinking:,} more for its thoughts"
    detail = "; ".join([bound, *_told(known)])
    if known.overrun:
        advice = "no cap can hold for it, and under one it is not called: use another server"
        return DoctorCheck(name=name, state="warn", detail=detail, next=advice)
    return DoctorCheck(name=name, state="ok", detail=detail)


def _told(known: Server) -> Iterator[str]:
    yield f"asked for JSON by {('schema', 'object', 'words alone')[known.form]}"
    yield f"limits output by {known.limit_name}"
    if known.reports_usage is not None:
        yield "reports its tokens" if known.reports_usage else "reports no tokens, so they are estimated"
    if known.ratio:
        yield f"counts {known.ratio:.2f} tokens for one of ours, {known.highest:.2f} at most"
    if known.overrun:
        yield f"wrote {known.overrun} tokens more than it was allowed"
    if known.embeds is not None:
        yield "embeds" if known.embeds else "does not embed"


def _energy(place: Workplace) -> DoctorCheck:
    meter = energy_meter(place.settings)
    if not meter.is_installed:
        advice = "pip install 'coscribe[energy]' for public models, or set watts under [prices] for your own"
        return DoctorCheck(name="energy", state="ok", detail="unknown, unless watts are set", next=advice)
    if not meter.knows_zone():
        detail = f"there is no data on the grid {place.settings.energy.zone!r}, so it is unknown"
        return DoctorCheck(
            name="energy", state="warn", detail=detail, next="set energy.zone to a code such as FRA or WOR"
        )
    return DoctorCheck(
        name="energy", state="ok", detail=f"estimated, grid {place.settings.energy.zone or 'of the provider'}"
    )


def _reviewer(place: Workplace) -> Iterator[DoctorCheck]:
    """Tell whether somebody else reads what the drafter wrote, and what a second reader would cost."""
    drafter, reviewer = place.settings.endpoint("drafter"), place.settings.endpoint("reviewer")
    if drafter is None:
        return
    if reviewer is None:
        detail = "none: only sentences that copy what they cite are shown as drafted, the others give way to quotes"
        yield DoctorCheck(name="reviewer", state="warn", detail=detail, next="name one in [models] reviewer")
    elif reviewer[:2] != drafter[:2]:
        yield DoctorCheck(name="reviewer", state="ok", detail=f"{reviewer.model} reads what {drafter.model} drafts")
    else:
        detail = f"{reviewer.model} reads what it drafted itself, and may pass its own mistakes"
        advice = f"name another model in [models] reviewer: one call a question, of some {_READ:,} tokens"
        yield DoctorCheck(name="reviewer", state="ok", detail=detail, next=advice)


def _price(place: Workplace, endpoint: Endpoint) -> DoctorCheck:
    price = price_list(place.settings).look_up(endpoint.model, endpoint.base_url)
    name = f"price {endpoint.model}"
    if price is None:
        advice = price_hint(endpoint.model)
        return DoctorCheck(name=name, state="warn", detail="unknown, so its cost is shown as unknown", next=advice)
    source = " ".join(filter(None, (price.source, price.version)))
    if price.hour:
        return DoctorCheck(name=name, state="ok", detail=f"{price.hour} USD per hour of its calls ({source})")
    return DoctorCheck(
        name=name, state="ok", detail=f"{price.input} in, {price.output} out, USD per million ({source})"
    )
