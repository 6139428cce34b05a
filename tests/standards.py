"""The 360Giving schema as it is published, where it lies beside the repository; nothing is fetched."""

import json
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT: Final = Path(__file__).parent.parent
# the package schema names another version of the grant schema than the one beside it: the same file answers to both
_AT: Final = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/{version}/schema/360-giving-schema.json"
_VERSIONS: Final = ("1.4.2", "1.4.3")


def folder() -> Path | None:
    """Where the schema lies, or None."""
    beside = ROOT.parent / "shared" / "standards"
    return beside if (beside / "360-giving-schema.json").exists() else None


def validate_360giving(package: Any) -> bool:
    """Fails for a package that the schema refuses; False where there is no schema to ask."""
    where = folder()
    if where is None:
        return False
    whole = json.loads((where / "360-giving-package-schema.json").read_text())
    grant = DRAFT202012.create_resource(json.loads((where / "360-giving-schema.json").read_text()))
    registry: Registry[Any] = Registry().with_resources((_AT.format(version=one), grant) for one in _VERSIONS)
    errors = list(Draft202012Validator(whole, registry=registry).iter_errors(package))
    assert not errors, [f"{list(one.absolute_path)}: {one.message}"[:300] for one in errors[:5]]
    return True
