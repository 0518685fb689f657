"""What `doctor --privacy` says: what could leave this machine, by which way, and what did."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ...core.errors import CoscribeError
from ...core.hosts import host_of, is_loopback
from ...core.settings import Endpoint
from ...core.shapes import DoctorCheck
from ...models.gate import Gate
from ...money.ledger import EgressEntry
from ...vectorstore.library import Library
from ..workplace import endpoints_of
from ..writing_workplace import CatalogueWorkplace


def privacy(place: CatalogueWorkplace, ignored: Sequence[str]) -> Iterator[DoctorCheck]:
    """Say, level by level, how many reports could be sent where, and what else asks to have text sent.

    `ignored` are the variables that were set aside.
    """
    gate, library = Gate(place.settings.trust.hosts, place.settings.allow_remote), place.library
    reports = library.catalogue.reports() if library.exists else []
    endpoints = endpoints_of(place.settings)
    if not endpoints:
        yield DoctorCheck(name="privacy", state="ok", detail="no model is named: nothing leaves this machine")
    yield from _sent(place)
    for endpoint in endpoints:
        host = host_of(endpoint.base_url)
        for level in ("public", "unmarked", "internal"):
            count = sum(report.confidentiality == level for report in reports)
            sent = gate.admits(endpoint.base_url, endpoint.model, level)
            detail = f"{count} reports: passages {'may be sent' if sent else 'are never sent'} to {host}"
            remote = sent and not gate.is_trusted(endpoint.base_url, endpoint.model)
            yield DoctorCheck(
                name=f"{level} to {endpoint.model}", state="warn" if remote and level == "unmarked" else "ok",
                detail=detail, next="mark them in a manifest" if remote and level == "unmarked" else None,
            )  # fmt: skip
    for endpoint in endpoints:
        yield _way(gate, endpoint)
    yield from _surroundings(ignored, [endpoint for endpoint in endpoints if not _is_near(gate, endpoint)])


def _is_near(gate: Gate, endpoint: Endpoint) -> bool:
    return is_loopback(endpoint.base_url) or gate.is_trusted(endpoint.base_url, endpoint.model)


def _way(gate: Gate, endpoint: Endpoint) -> DoctorCheck:
    """Say how an endpoint is reached: through a proxy that the environment names, or straight."""
    name, host = f"way to {endpoint.model}", host_of(endpoint.base_url)
    if is_loopback(endpoint.base_url):
        detail = "a loopback address: no name is looked up, no proxy is used"
    elif gate.is_trusted(endpoint.base_url, endpoint.model):
        detail = f"straight to {host}, which is trusted: no proxy is used"
    elif proxy := _proxy(urlsplit(endpoint.base_url).scheme, host):
        detail = f"to {host} through the proxy {proxy} that the environment names"
        return DoctorCheck(name=name, state="warn", detail=detail, next=f"to go straight, export NO_PROXY={host}")
    else:
        detail = f"straight to {host}: the environment names no proxy for it"
    return DoctorCheck(name=name, state="ok", detail=detail)


def _proxy(scheme: str, host: str) -> str | None:
    """Return host and port of the proxy for a host, without the password that its address may hold."""
    told = getproxies()
    proxy = told.get(scheme) or told.get("all")
    if not proxy or proxy_bypass(host):
        return None
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}").netloc.rpartition("@")[2]


def _surroundings(ignored: Sequence[str], remote: Sequence[Endpoint]) -> Iterator[DoctorCheck]:
    """Say what of the environment and the current folder would have text sent elsewhere, and comes to nothing."""
    told = f"off, and these variables are ignored: {', '.join(ignored)}" if ignored else "off: nothing asks for it"
    yield DoctorCheck(name="tracing", state="ok", detail=told)
    yield DoctorCheck(name="telemetry", state="ok", detail="off: onnxruntime, the one library that has it, is told so")
    proxies = sorted({f"{kind.upper()}_PROXY" for kind in getproxies() if kind in ("http", "https", "all")})
    if proxies and not remote:
        yield DoctorCheck(
            name="proxy", state="ok", detail=f"{', '.join(proxies)}: not used, for no call leaves this machine"
        )
    if Path(".env").exists():
        yield DoctorCheck(name="current folder", state="ok", detail="its .env is not read")
    if remote and (keys := os.environ.get("SSLKEYLOGFILE")):
        detail = f"SSLKEYLOGFILE is set: whoever reads {keys!r} can read what was sent"
        yield DoctorCheck(name="keys of connections", state="warn", detail=detail, next="unset SSLKEYLOGFILE")


def _sent(place: CatalogueWorkplace) -> Iterator[DoctorCheck]:
    """Say from the egress log what did leave: to which host, of which report, how much and when."""
    try:
        log = place.ledger.egress()
    except CoscribeError as error:
        yield DoctorCheck(name="sent so far", state="fail", detail=str(error), next="choose another with --home DIR")
        return
    if not log:
        yield DoctorCheck(name="sent so far", state="ok", detail="nothing: no passage went to any model")
    files = _files(place.library, log)
    hosts: dict[str, dict[str, list[EgressEntry]]] = {}
    for entry in log:
        of_report = hosts.setdefault(entry.endpoint, {})
        of_report.setdefault(files.get(entry.passage, "a report no longer held"), []).append(entry)
    for host, reports in hosts.items():
        for file, entries in reports.items():
            last = max(entry.last for entry in entries)
            yield DoctorCheck(
                name=f"sent to {host}", state="ok",
                detail=f"{len(entries)} passages of {file}, {sum(entry.times for entry in entries)} times in all, "
                f"last {last[:16].replace('T', ' ')} UTC",
            )  # fmt: skip


def _files(library: Library, log: list[EgressEntry]) -> dict[str, str]:
    """Return the file of every passage that the library still holds."""
    if not library.exists:
        return {}
    held = library.catalogue.passages([entry.passage for entry in log])
    files = {report.id: report.file for report in library.catalogue.reports()}
    return {name: files[passage.report] for name, passage in held.items() if passage.report in files}
