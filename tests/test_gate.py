"""The gate: internal text reaches trusted hosts only, whatever proxies, redirects and names suggest."""

import socket
import threading

import httpx2
import pytest
from coscribe.core.errors import EndpointError, UsageError, Withheld
from coscribe.core.hosts import LOOPBACK, is_loopback
from coscribe.models.gate import Gate
from coscribe.models.port import Asking
from coscribe.models.wire import LoopbackTransport
from doubles.books import Said, prompt
from hypothesis import given
from hypothesis import strategies as some

SECRET = "the reactor hall opens in 2031"


@pytest.mark.parametrize(
    ("base_url", "trusted"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://127.8.9.10/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://LOCALHOST:8000/v1", True),
        ("http://localhost.:8000/v1", True),
        ("https://127.0.0.1.evil.example/v1", False),
        ("https://localhost.evil.example/v1", False),
        ("http://2130706433/v1", False),
        ("http://[::ffff:127.0.0.1]/v1", False),
        ("http://0.0.0.0/v1", False),
        ("https://api.openai.com/v1", False),
    ],
)
def test_loopback_alone_is_trusted_unless_the_user_says_more(base_url, trusted):
    assert Gate().is_trusted(base_url, "m") is trusted
    assert is_loopback(base_url) is trusted
    assert Gate(trusted=()).is_trusted(base_url, "m") is False


def test_names_wildcards_and_ranges():
    gate = Gate(trusted=("llm.example.eu", "*.lab.example", "10.0.0.0/8", "fd00::/8"))
    for host in ("llm.example.eu", "gpu.lab.example", "a.b.lab.example", "10.1.2.3", "[fd00::7]"):
        assert gate.is_trusted(f"https://{host}:8443/v1", "m"), host
    for host in ("x.llm.example.eu", "lab.example", "evillab.example", "10.evil.example", "11.0.0.1", "127.0.0.1"):
        assert not gate.is_trusted(f"https://{host}/v1", "m"), host


@pytest.mark.parametrize("pattern", ["10.*", "*", "", "*.", "a*.example", "https://a.example", "10.0.0.0/99", "a b"])
def test_a_host_that_is_not_understood_is_refused(pattern):
    with pytest.raises(UsageError, match="not understood"):
        Gate(trusted=(pattern,))


@pytest.mark.parametrize(
    "base_url", ["ftp://a/v1", "127.0.0.1:80", "http://localhost@evil.example/v1", "http://", "http://a:b"]
)
def test_an_address_that_only_looks_right_is_refused(base_url):
    with pytest.raises(UsageError, match="no http address"):
        Gate().check(base_url, "m", "public")


@pytest.mark.parametrize("model", ["gpt-oss:120b-cloud", "x-Cloud", "deepseek:cloud ", "cloud"])
def test_a_cloud_model_is_remote_whatever_its_address(model):
    gate = Gate(trusted=LOOPBACK, allowed=("localhost",))
    with pytest.raises(Withheld, match="internal text may not go to localhost"):
        gate.check("http://localhost:11434/v1", model, "internal")
    gate.check("http://localhost:11434/v1", model, "unmarked")
    with pytest.raises(UsageError, match=r"--allow-remote 127\.0\.0\.1"):
        gate.check("http://127.0.0.1:11434/v1", model, "public")


def test_a_remote_host_is_asked_for_once_named_and_still_sees_nothing_internal():
    url = "https://api.openai.com/v1"
    with pytest.raises(UsageError, match=r"say --allow-remote api\.openai\.com"):
        Gate().check(url, "gpt-4o", "public")
    allowed = Gate(allowed=("api.openai.com",))
    assert allowed.admits(url, "gpt-4o", "unmarked")
    assert not allowed.admits(url, "gpt-4o", "internal")
    with pytest.raises(Withheld):
        allowed.check(url, "gpt-4o", "internal")
    with pytest.raises(Withheld):  # nothing allowed: for internal text, naming the host would not help
        Gate().check(url, "gpt-4o", "internal")


@given(
    host=some.sampled_from(["127.0.0.1", "localhost", "gpu.lab.example", "10.2.3.4", "api.example"]),
    model=some.sampled_from(["m", "m-cloud", "CLOUD"]),
    trusted=some.lists(some.sampled_from([*LOOPBACK, "*.lab.example", "10.0.0.0/8"])),
    allowed=some.lists(some.sampled_from(["127.0.0.1", "gpu.lab.example", "api.example", "*.example"])),
)
def test_internal_text_passes_exactly_where_the_host_is_trusted(host, model, trusted, allowed):
    gate, url = Gate(trusted, allowed), f"http://{host}/v1"
    assert gate.admits(url, model, "internal") == gate.is_trusted(url, model)
    for level in ("public", "unmarked", "internal"):
        try:
            gate.check(url, model, level)
            passed = True
        except (Withheld, UsageError):
            passed = False
        assert passed == gate.admits(url, model, level)


async def test_internal_text_reaches_a_trusted_server(endpoint, connect):
    model = connect(endpoint.url)
    assert (await model.parse(prompt(SECRET), Said)).text == "yes"
    assert SECRET.encode() in endpoint.meter.received


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_a_proxy_in_the_environment_never_sees_local_calls(
    endpoint, other_endpoint, connect, monkeypatch, variable
):
    monkeypatch.setenv(variable, other_endpoint.url.removesuffix("/v1"))
    for options in ({}, {"trusted": (), "allowed": ("127.0.0.1",)}):
        model = connect(endpoint.url, **options)
        await model.parse(prompt(SECRET, level="public"), Said)
        await model.embed([SECRET], Asking("r"))
        assert other_endpoint.meter.received == b""
    assert endpoint.meter.answered == 4


async def test_a_redirect_is_an_error_and_carries_nothing_on(endpoint, other_endpoint, connect):
    endpoint.redirect = f"{other_endpoint.url}/chat/completions"
    model = connect(endpoint.url, max_retries=2)
    refused = r"redirects to .*set base_url to the final address"
    with pytest.raises(EndpointError, match=refused):
        await model.parse(prompt(SECRET), Said)
    with pytest.raises(EndpointError, match=refused):
        await model.embed([SECRET], Asking("r", level="internal"))
    assert other_endpoint.meter.received == b""
    assert len(endpoint.meter.requests) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"model": "gpt-oss:120b-cloud"},
        {"model": "gpt-oss:120b-cloud", "allowed": ("127.0.0.1",)},
        {"trusted": ()},
        {"trusted": (), "allowed": ("127.0.0.1",)},
        {"trusted": ("*.lab.example", "::1")},
    ],
)
async def test_withheld_text_is_never_on_the_wire(endpoint, connect, options):
    model = connect(endpoint.url, **options)
    with pytest.raises(Withheld):
        await model.parse(prompt(SECRET), Said)
    with pytest.raises(Withheld):
        await model.embed([SECRET], Asking("r", level="internal"))
    assert endpoint.meter.received == b""


async def test_nothing_of_this_machine_goes_along(endpoint, connect, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "canary")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "authorization: Bearer canary\nx-canary: canary")
    model = connect(endpoint.url)
    await model.parse(prompt(SECRET), Said)
    head = endpoint.meter.received.partition(b"\r\n\r\n")[0].lower()
    assert b"canary" not in head
    assert b"x-stainless" not in head
    assert b"authorization" not in head


@pytest.mark.parametrize("name", ["localhost", "localhost.", "LOCALHOST"])
async def test_localhost_is_this_machine_wherever_a_resolver_has_it(endpoint, connect, monkeypatch, name):
    """A listener of the same port at another address stands for the machine that a hosts file or DNS would name."""
    port = int(endpoint.url.split(":")[2].split("/")[0])
    try:
        elsewhere = socket.create_server(("127.0.0.77", port))
    except OSError:
        pytest.skip("only one loopback address here")
    asked = []

    def look_up(host, *arguments, **options):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.77", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with elsewhere:
        elsewhere.setblocking(False)
        model = connect(f"http://{name}:{port}/v1", max_retries=0)
        assert (await model.parse(prompt(SECRET), Said)).text == "yes"
        await model.embed([SECRET], Asking("r", level="internal"))
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert endpoint.meter.answered == 2
    assert not {one for one in asked if one.lower().startswith("localhost")}
    assert f"host: {name}:{port}".lower().encode() in endpoint.meter.received.lower()


async def test_a_server_of_the_other_loopback_address_is_found(connect):
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with server:
        port = server.getsockname()[1]

        def answer():
            taken, _ = server.accept()
            with taken:
                taken.recv(65536)
                body = b'{"choices": [{"message": {"content": "{\\"text\\": \\"six\\"}"}, "finish_reason": "stop"}]}'
                head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
                taken.sendall(head + b"content-length: %d\r\n\r\n" % len(body) + body)

        threading.Thread(target=answer, daemon=True).start()
        assert (await connect(f"http://localhost:{port}/v1", max_retries=0).parse(prompt(SECRET), Said)).text == "six"


async def test_a_client_for_this_machine_reaches_no_other():
    async with httpx2.AsyncClient(transport=LoopbackTransport()) as client:
        for host in ("api.example.org", "localhost.example.org", "10.0.0.1", "0.0.0.0", "2130706433"):
            with pytest.raises(httpx2.ConnectError, match="not this machine"):
                await client.post(f"http://{host}/v1", content=SECRET)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "gopher://127.0.0.1:9", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_said_so_and_no_matter_here(endpoint, connect, monkeypatch, proxy):
    for variable in ("ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(variable, proxy)
    connect(endpoint.url)
    with pytest.raises(UsageError, match=r"a proxy of the environment cannot be used .*NO_PROXY"):
        connect("https://api.example.org/v1")
