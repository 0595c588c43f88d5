"""The repository as a stranger gets it: no traces of a machine, versions that agree, commands that exist."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.house_rules import ROOT

TEXT = {"", ".cff", ".cfg", ".csv", ".html", ".ipynb", ".md", ".py", ".toml", ".txt", ".yaml", ".yml"}

# Written so that no pattern finds itself in this file.
TRACES = {
    "the path of a machine": re.compile(r"(?:^|[^\w.])/(?:home|Users|root|tmp|opt|work)/\w", re.MULTILINE),
    "the address of a package index": re.compile(
        r"index[-_]url|find[-_]links|trusted[-_]host|:/{2}\S+/simple\b|:/{2}files\.\S+/packages/|py[p]i\.|python[h]osted",
        re.IGNORECASE,
    ),
}


def repository_files() -> list[Path]:
    """Files that are in the repository or will be with the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    paths = [ROOT / name for name in sorted(set(done.stdout.split("\0"))) if name]
    return [path for path in paths if path.is_file()]


def project() -> dict[str, object]:
    """The table [project] of pyproject.toml."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert isinstance(table, dict)
    return table


def text_of(path: Path) -> str:
    """What a file says; of a notebook without JSON's ends of lines, which have letters."""
    text = path.read_text(encoding="utf-8")
    return text.replace("\\n", "  ") if path.suffix == ".ipynb" else text


def traces(text: str) -> list[str]:
    """What a text gives away, one entry a kind and line."""
    return [
        f"{text.count(chr(10), 0, match.start()) + 1}: {kind}: {match.group().strip()}"
        for kind, pattern in TRACES.items()
        for match in pattern.finditer(text)
    ]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a copy without its history has no list of files")
def test_no_file_names_a_machine_or_a_package_index() -> None:
    files = [path for path in repository_files() if path.suffix in TEXT]
    assert {ROOT / "pyproject.toml", *(ROOT / "docs" / "notebooks").glob("*.ipynb")} <= set(files)
    found = [f"{path.relative_to(ROOT)}:{trace}" for path in files for trace in traces(text_of(path))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("see {}home/ann/model", 1),
        ("a\n{}tmp/x and {}root/y", 2),
        ("--index{}url x", 0),
        ("--index-" + "url x", 1),
        ("https:/{}mirror.example{}simple{}", 1),
        ("https:/{}www.bls.gov{}opub{}home{}page.htm", 0),
        ("a share of the home{}work time", 0),
    ],
)
def test_traces_are_found_and_nothing_else(text: str, count: int) -> None:
    assert len(traces(text.replace("{}", "/"))) == count


def test_a_trace_at_the_start_of_a_line_of_a_notebook_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"source": "see\n{}home/ann/model".replace("{}", "/")}), encoding="utf-8")
    assert len(traces(text_of(path))) == 1


def anchors(page: Path) -> set[str]:
    """What a link can name in a page: its headings in small letters, with hyphens and without signs."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_links_between_pages_lead_to_headings() -> None:
    links = [
        (page, target, heading)
        for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        for target, heading in re.findall(
            r"\]\(([\w./-]+\.md)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")
        )
    ]
    assert len(links) > 10
    broken = [
        f"{page.name}: {target}#{heading}"
        for page, target, heading in links
        if not (page.parent / target).is_file() or (heading and heading not in anchors(page.parent / target))
    ]
    assert broken == []


def test_constraints_are_exact_versions_and_nothing_else() -> None:
    header, *lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert header.startswith("# Made by `make constraints`")
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*", line)] == []


def test_every_direct_dependency_is_pinned_within_its_bounds() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]
    pinned = {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
    table = project()
    extras, core = table["optional-dependencies"], table["dependencies"]
    assert isinstance(extras, dict)
    assert isinstance(core, list)
    needed = [Requirement(text) for group in (core, *extras.values()) for text in group]
    assert len(needed) > len(core)
    outside = [
        str(requirement)
        for requirement in needed
        if pinned.get(canonicalize_name(requirement.name), "none") not in requirement.specifier
    ]
    assert outside == []


def test_the_version_is_the_same_everywhere() -> None:
    version = project()["version"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(str(version))}\]", changes, re.MULTILINE)
    assert f"\nversion: {version}\n" in citation


def test_every_release_says_apart_what_changes_results() -> None:
    _, *releases = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert releases
    for release in releases:
        headings = re.findall(r"^### (.+)$", release, re.MULTILINE)
        assert headings[0] == "Results change"


def test_the_package_cannot_be_uploaded_by_accident() -> None:
    classifiers = project()["classifiers"]
    assert isinstance(classifiers, list)
    assert "Private :: Do Not Upload" in classifiers


def test_the_two_commands_and_the_python_version_are_where_ci_and_users_look() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    integration = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert {"run", "test"} <= set(re.findall(r"^([a-z]+):", rules, re.MULTILINE))
    assert "\nmake test\n" in integration
    assert (ROOT / ".python-version").read_text(encoding="utf-8").strip() == "3.12"
    assert project()["requires-python"] == ">=3.12"
