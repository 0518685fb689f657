"""What must hear nothing: a listener that counts, and a recorder of every connection and look-up of a process tree."""

import os
import re
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from doubles.command_line import Done

# Wherever Python opens a connection or asks for an address; what other languages do, strace sees.
_HOOK = """
import os, sys
_log = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
def _note(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if isinstance(arguments[1], tuple):
            os.write(_log, f"{{event}} {{arguments[1][0]}}:{{arguments[1][1]}}\\n".encode())
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"):
        os.write(_log, f"{{event}} {{arguments[0]}}\\n".encode())
sys.addaudithook(_note)
"""
_STRACE = ("-f", "--seccomp-bpf", "-qq", "-s", "300")
_CALLS = "connect,sendto,sendmsg,sendmmsg,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,symlink,link,linkat"
_REACHED = re.compile(r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]+)\"")
_WRITTEN = re.compile(r"^(?:\d+ +)?(\w+)\((.*)")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")


class Listener:
    """Stands on loopback for every place that text must not go to; says yes to all, so that more would come."""

    def __init__(self) -> None:
        self.connections = 0
        self.received = b""
        listener = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                listener.connections += 1
                self.request.settimeout(5)
                try:
                    while said := self.request.recv(65536):
                        listener.received += said
                        if b"\r\n\r\n" in said or not said.startswith((b"GET", b"POST", b"CONNECT")):
                            self.request.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                except OSError:
                    pass

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def hostile(listener: Listener) -> dict[str, str]:
    """An environment that asks every library we know of to send what it sees to the listener."""
    url, told = listener.url, {}
    for maker in ("LANGSMITH", "LANGCHAIN"):
        told |= {f"{maker}_TRACING": "true", f"{maker}_TRACING_V2": "true", f"{maker}_ENDPOINT": url}
        told |= {f"{maker}_API_KEY": "key", f"{maker}_PROJECT": "theirs"}
    told |= {"LANGCHAIN_HANDLER": "langchain", "LANGSMITH_OTEL_ENABLED": "true", "LANGSMITH_OTEL_ONLY": "true"}
    told |= {"LANGSMITH_DISABLE_RUN_COMPRESSION": "true", "LANGSMITH_RUNS_ENDPOINTS": f'{{"{url}": "key"}}'}
    told |= dict(_chroma(listener))
    told |= {"ANONYMIZED_TELEMETRY": "True", "ORT_DISABLE_TELEMETRY": "0", "DO_NOT_TRACK": "0"}
    told |= {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_TRACES_EXPORTER": "otlp", "OTEL_METRICS_EXPORTER": "otlp"}
    told |= {
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_PYTHON_TRACER_PROVIDER": "sdk_tracer_provider",
        "OTEL_SDK_DISABLED": "false",
    }
    told |= {"HF_ENDPOINT": url, "HF_HUB_DISABLE_TELEMETRY": "0", "HF_HUB_OFFLINE": "0", "HF_TOKEN": "key"}
    told |= {
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_API_KEY": "key",
        "AZURE_OPENAI_ENDPOINT": url,
        "OPENAI_LOG": "debug",
    }
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        told |= {name: url, name.lower(): url}
    return told | {"NO_PROXY": "", "no_proxy": ""}


def _chroma(listener: Listener) -> dict[str, str]:
    return {
        "CHROMA_API_IMPL": "chromadb.api.fastapi.FastAPI", "CHROMA_SERVER_HOST": "127.0.0.1",
        "CHROMA_SERVER_HTTP_PORT": str(listener.port), "CHROMA_SERVER_SSL_ENABLED": "false",
        "CHROMA_OTEL_COLLECTION_ENDPOINT": listener.url, "CHROMA_OTEL_GRANULARITY": "all",
        "CHROMA_PRODUCT_TELEMETRY_IMPL": "chromadb.telemetry.product.posthog.Posthog", "PERSIST_DIRECTORY": "elsewhere",
    }  # fmt: skip


def env_file(listener: Listener) -> str:
    """What a downloaded folder may bring along as `.env`."""
    told = _chroma(listener) | {"LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": listener.url}
    return "".join(f"{name}={value}\n" for name, value in told.items())


@dataclass(frozen=True)
class Traffic:
    """Where a process and its children connected or sent to, whose address they asked for, and where they wrote."""

    reached: set[str]
    asked: set[str]
    written: set[Path]
    is_traced: bool  # by strace, which sees what no Python code did, and the files


class Recorder:
    """Runs commands with their traffic recorded, in `folder`; `strace` where it is there and allowed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._log = folder / "audit"
        self._site = folder / "site"
        self._site.mkdir()
        (self._site / "sitecustomize.py").write_text(_HOOK.format(log=str(self._log)), encoding="utf-8")
        self._strace = _strace()

    def run(
        self, command: Sequence[object], *, cwd: Path, environ: Mapping[str, str], stdin: str = ""
    ) -> tuple[Done, Traffic]:
        self._log.write_bytes(b"")
        trace = self._folder / "trace"
        trace.unlink(missing_ok=True)
        tracer = (
            [self._strace, "-f", "--seccomp-bpf", "-qq", "-s", "300", "-e", f"trace={_CALLS}", "-o", str(trace)]
            if self._strace
            else []
        )
        done = subprocess.run(
            list(map(str, [*tracer, *command])), cwd=cwd, input=stdin, capture_output=True, timeout=600, check=False,
            encoding="utf-8", env={**environ, "PYTHONPATH": str(self._site), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        calls = trace.read_text(encoding="utf-8", errors="replace").splitlines() if self._strace else []
        return Done(done.returncode, done.stdout, done.stderr), _traffic(self._log, calls, cwd)


def _strace() -> str | None:
    found = shutil.which("strace")
    if found is None or not sys.platform.startswith("linux"):
        return None
    tried = subprocess.run([found, *_STRACE, "-o", os.devnull, "true"], capture_output=True, check=False)
    return found if tried.returncode == 0 else None


def _traffic(log: Path, calls: list[str], cwd: Path) -> Traffic:
    reached, asked, written = set(), set(), set()
    for line in log.read_text("utf-8").splitlines():
        event, _, where = line.partition(" ")
        (reached if event.startswith(("socket.connect", "socket.send")) else asked).add(where)
    for line in calls:
        call = _WRITTEN.match(line)
        if call is None:
            continue
        name, rest = call.groups()
        if name in ("connect", "sendto", "sendmsg", "sendmmsg"):
            reached |= {f"{host}:{port}" for port, host in _REACHED.findall(rest)}
        elif " = -1 " not in rest and (name != "openat" or re.search(r"O_(WRONLY|RDWR|CREAT)", rest)):
            written |= {cwd / path for path in _QUOTED.findall(rest)[-2 if name.startswith("rename") else -1 :]}
    return Traffic(reached, asked, written - {log}, is_traced=bool(calls))
