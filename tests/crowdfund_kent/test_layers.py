"""Imports run one way (docs/architecture.md): a test walks them, so that the rooms stay rooms."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("crowdfund_kent", "projects", "pledges", "panel", "payments", "evaluation", "local")
MAY_IMPORT = {
    "crowdfund_kent": set(),
    "projects": {"crowdfund_kent"},
    "pledges": {"crowdfund_kent", "projects"},
    "panel": {"crowdfund_kent", "projects", "pledges"},
    "payments": {"crowdfund_kent", "projects", "pledges"},
    "evaluation": {"crowdfund_kent", "projects", "pledges", "panel", "payments"},
    "local": set(PACKAGES),
}
# with routes, the only files of the site that compose several packages
COMPOSE = {
    "crowdfund_kent/app.py",
    "crowdfund_kent/cli.py",
    "crowdfund_kent/commands.py",
    "crowdfund_kent/records_cli.py",
    "crowdfund_kent/wiring.py",
}
GATEWAY = "payments/gateway"
SANDBOX = "payments/sandbox"


def imports_of(file: Path) -> set[str]:
    """Every module a file names in an import, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def files_of(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_lies_upstream(package: str) -> None:
    broken = []
    for file in files_of(package):
        name = str(file.relative_to(ROOT))
        if name in COMPOSE or "/routes" in name or name.startswith("crowdfund_kent/migrations/"):
            continue
        for module in imports_of(file):
            top = module.split(".")[0]
            if top in PACKAGES and top != package and top not in MAY_IMPORT[package]:
                broken.append(f"{name} imports {module}")
    assert not broken


def test_only_the_gateway_and_the_sandbox_know_the_payment_provider() -> None:
    broken = [
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in files_of(package)
        if any(module.split(".")[0] == "stripe" for module in imports_of(file))
        and not str(file.relative_to(ROOT)).startswith((GATEWAY, SANDBOX))
    ]
    assert not broken


def test_the_site_does_not_lean_on_the_stand_in() -> None:
    """Only local/ and tests may reach into payments/sandbox."""
    broken = [
        f"{file.relative_to(ROOT)} imports {module}"
        for package in PACKAGES
        if package != "local"
        for file in files_of(package)
        if not str(file.relative_to(ROOT)).startswith(SANDBOX)
        for module in imports_of(file)
        if module.startswith("payments.sandbox")
    ]
    assert not broken


def test_each_rule_breaks_when_it_should(tmp_path: Path) -> None:
    """The walk itself sees plain, nested and from-imports."""
    file = tmp_path / "one.py"
    file.write_text("import panel.models\ndef f():\n    from payments.gateway import Gateway\n")
    assert imports_of(file) == {"panel.models", "payments.gateway"}
