"""Energy: a range with its method and grid where there is one, watts times seconds where stated, else unknown."""

import logging
import subprocess
import sys
from decimal import Decimal
from importlib.util import find_spec

import pytest
from coscribe.money.energy import EnergyMeter
from doubles.books import Said, prompt
from doubles.command_line import run

OPENAI = "https://api.openai.com/v1"
estimated = pytest.mark.skipif(find_spec("ecologits") is None, reason="the extra is not installed")
CALL = {"output_tokens": 300, "seconds": 3.0}


@estimated
def test_public_models_have_a_range_with_its_method_and_grid():
    found = EnergyMeter().measure("gpt-4o-mini", OPENAI, **CALL)
    assert 0 < found.low < found.high < 10  # watt-hours: a short answer boils no kettle
    assert found.method.startswith("ecologits 0.") and found.zone == "USA"
    longer = EnergyMeter(zone="FRA").measure("gpt-4o-mini", OPENAI, output_tokens=3000, seconds=30.0)
    assert longer.low > found.low and longer.zone == "FRA"
    assert EnergyMeter(zone="FRA").knows_zone() and not EnergyMeter(zone="XXX").knows_zone()
    assert EnergyMeter(zone="XXX").measure("gpt-4o-mini", OPENAI, **CALL) is None


@estimated
def test_estimating_is_silent_and_leaves_the_programs_logging_alone():
    probe = (
        "import logging; from coscribe.money.energy import EnergyMeter;"
        f"print(EnergyMeter().measure('unheard-of', '{OPENAI}', output_tokens=9, seconds=1.0));"
        f"EnergyMeter().measure('gpt-4o-mini', '{OPENAI}', output_tokens=9, seconds=1.0);"
        "print(logging.getLoggerClass() is logging.Logger)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["None", "True"], "")
    assert logging.getLoggerClass() is logging.Logger


def test_what_nobody_can_tell_is_unknown():
    assert EnergyMeter().measure("unheard-of", OPENAI, **CALL) is None
    assert EnergyMeter().measure("gpt-4o-mini", "http://127.0.0.1:1/v1", **CALL) is None


def test_without_the_extra_it_is_unknown(monkeypatch):
    monkeypatch.setitem(sys.modules, "ecologits", None)
    assert not EnergyMeter().is_installed
    assert EnergyMeter().measure("gpt-4o-mini", OPENAI, **CALL) is None
    assert EnergyMeter({"own": Decimal(360)}).measure("own", OPENAI, **CALL).low == pytest.approx(0.3)


async def test_the_watts_of_ones_own_machine_count_for_as_long_as_a_call_takes(endpoint, connect, books):
    endpoint.delay = 0.2
    meter = EnergyMeter({"m": Decimal(3600)}, "FRA")  # a watt-hour a second
    await connect(endpoint.url, energy=meter).parse(prompt(), Said)
    await connect(endpoint.url).parse(prompt(), Said)
    own, unknown = books.rows()
    assert own["wh_min"] == own["wh_max"] == pytest.approx(own["seconds"]) and own["wh_min"] >= 0.2
    assert (own["energy_method"], own["grid_zone"]) == ("watts of the user", "FRA")
    assert (unknown["wh_min"], unknown["wh_max"], unknown["energy_method"]) == (None, None, None)
    total = books.table("run").total
    assert (total.wh_max, total.unmetered_calls) == (own["wh_max"], 1)


async def test_what_never_arrived_took_no_energy(endpoint, connect, books):
    endpoint.statuses = [500]
    await connect(endpoint.url, energy=EnergyMeter({"m": Decimal(100)})).parse(prompt(), Said)
    assert [row["wh_max"] > 0 for row in books.rows()] == [False, True]
    assert books.cost("r").unmetered_calls == 0


def test_the_doctor_and_the_cost_say_what_is_known(endpoint, tmp_path):
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[energy]\nzone = 'XXX'\n", encoding="utf-8")
    named = ("doctor", "--model", "m", "--base-url", endpoint.url, "--json")
    (energy,) = [check for check in run(*named).json["checks"] if check["name"] == "energy"]
    assert ("'XXX'" in energy["detail"]) == (find_spec("ecologits") is not None)
    settings.write_text("[energy]\nzone = 'france'\n", encoding="utf-8")
    assert "energy.zone" in run(*named).message
