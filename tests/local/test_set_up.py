"""The first thing a newcomer meets: the Makefile, the locks and their documents."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.local.programs import ROOT

LOCKS = ("dev", "run", "production")
TARGETS = {"run", "test", "check", "drill", "bench", "quality", "clean-data", "lock"}


def normal(requirement: str) -> str:
    """The name of a requirement, as package indexes compare names."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def locked(name: str) -> dict[str, str]:
    """Package to version, of one lock."""
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return {normal(line): line.split("==")[1].split()[0] for line in lines if re.match(r"[a-zA-Z]", line)}


def wanted() -> dict[str, list[str]]:
    """The requirements of each lock, as pyproject.toml has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    production = [normal(each) for each in project["project"]["dependencies"]]
    run = production + [normal(each) for each in project["project"]["optional-dependencies"]["local"]]
    dev = [*project["project"]["optional-dependencies"]["pdf"], *project["dependency-groups"]["dev"]]
    return {"production": production, "run": run, "dev": run + [normal(each) for each in dev]}


def test_make_alone_prints_a_line_of_help_for_each_target() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    helped = dict(re.findall(r"^  ([a-z-]+) +(\S.*)$", shown, re.MULTILINE))
    assert helped.keys() == TARGETS
    declared = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert declared - TARGETS == {"help", "environment", "environment-run"}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_hashes_and_names_no_registry(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert "--index" not in text
    for block in re.split(r"\n(?=[a-zA-Z])", text.strip()):
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_all_that_pyproject_asks_for(name: str) -> None:
    assert set(wanted()[name]) <= locked(name).keys()


def test_one_environment_serves_make_run_and_make_test() -> None:
    assert locked("production").items() <= locked("run").items() <= locked("dev").items()


def test_every_dependency_is_justified_in_the_documents() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    named = {
        normal(name)
        for row in re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
    of_npm = json.loads((ROOT / "quality" / "package.json").read_text())["devDependencies"]
    wants = {*wanted()["dev"], *of_npm}
    assert wants <= named
    assert named <= wants, "the document names what is not a dependency"


@pytest.mark.parametrize("script", ["environment", "lock", "quality", "clean-data"])
def test_a_script_can_be_run_and_is_correct_shell(script: str) -> None:
    file = ROOT / "scripts" / script
    assert file.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", file], check=True)


def test_clean_data_removes_the_data_unless_they_are_in_use(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "var").mkdir()
    copy = tmp_path / "scripts" / "clean-data"
    copy.write_bytes((ROOT / "scripts" / "clean-data").read_bytes())
    lock = tmp_path / "var" / "run.lock"
    lock.touch()
    with subprocess.Popen(["flock", str(lock), "sh", "-c", "echo held; exec cat"], stdin=-1, stdout=-1) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        refused = subprocess.run(["sh", str(copy)], capture_output=True, text=True, check=False)
        holder.communicate()
    assert refused.returncode == 1
    assert "stop `make run` first" in refused.stderr
    assert lock.exists()
    subprocess.run(["sh", str(copy)], check=True, capture_output=True)
    assert not lock.parent.exists()
