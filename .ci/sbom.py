"""The bill of materials of the offline kit, as CycloneDX 1.6 in JSON: what is installed, by whom it is needed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from licences import licence

if TYPE_CHECKING:
    from kit import Wheel


def sbom(needs: "dict[Wheel, list[Wheel]]", ours: "Wheel", time: int) -> dict[str, Any]:
    """Return the bill for coscribe and all it needs; `time` is in seconds. Its serial number follows from the files."""
    parts = [wheel for wheel in needs if wheel is not ours]
    serial = uuid5(NAMESPACE_URL, " ".join(wheel.digest for wheel in needs))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z"),
            "lifecycles": [{"phase": "build"}],
            "component": _component(ours, "application"),
        },
        "components": [{**_component(wheel, "library"), "scope": "required"} for wheel in parts],
        "dependencies": [
            {"ref": _purl(wheel), "dependsOn": sorted({_purl(one) for one in needs[wheel]})} for wheel in needs
        ],
    }


def _component(wheel: "Wheel", kind: str) -> dict[str, Any]:
    said = wheel.about["License-Expression"]
    return {
        "type": kind,
        "bom-ref": _purl(wheel),
        "name": wheel.name,
        "version": wheel.version,
        "description": wheel.about["Summary"] or "",
        "hashes": [{"alg": "SHA-256", "content": wheel.digest}],
        "licenses": [{"expression": said}] if said else [{"license": {"name": licence(wheel.about)}}],
        "purl": _purl(wheel),
    }


def _purl(wheel: "Wheel") -> str:
    return f"pkg:pypi/{wheel.name}@{quote(wheel.version, safe='')}"
