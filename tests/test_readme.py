"""Every block of code in the README and the other pages runs; `tests/documents.py` says how."""

from pathlib import Path

import pytest

from tests.documents import LANGUAGES, NOT_PROGRAMS, REASONS, blocks, failures
from tests.house_rules import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MOST_SHOWN_ONLY = 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_the_page_runs(page: Path, tmp_path: Path) -> None:
    failed = failures(page.read_text(encoding="utf-8"), tmp_path)
    assert not failed, f"{page.name}, " + "\n".join(failed)


def test_few_blocks_are_only_shown_and_each_for_a_known_reason() -> None:
    every = [block for page in PAGES for block in blocks(page.read_text(encoding="utf-8"))]
    shown = [block for block in every if block.kind == "shown only" and block.language in LANGUAGES]
    assert {block.note for block in shown} <= REASONS
    assert len(shown) <= MOST_SHOWN_ONLY


def test_no_block_hides_from_this_test() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        fences = [line for line in text.splitlines() if line.lstrip().startswith(("```", "~~~"))]
        assert len(fences) == 2 * len(list(blocks(text))), page.name
        assert {block.language for block in blocks(text)} <= LANGUAGES | NOT_PROGRAMS, page.name


def test_the_readme_shows_the_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert any("thirdwave" in block.text for block in blocks(text) if block.language == "bash")


def page(*parts: str) -> str:
    return "Text.\n\n" + "\n".join(parts) + "\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (page("```bash", "true", "```"), []),
        (page("```bash", "true", "false", "true", "```"), ["line 3"]),
        (page("```bash", "false | true", "```"), ["line 3"]),
        (page("```bash", "make test", "git clone somewhere", "```"), []),
        (page("```bash", "make test", "false", "```"), ["line 3"]),
        (page("<!-- shown only: never ends -->", "```bash", "false", "```"), []),
        (page("```python", "import agents", "```", "", "```python", "1 / 0", "```"), ["line 7"]),
        (page("<!-- file: a.toml -->", "```toml", "x = 1", "```", "```bash", "grep x a.toml", "```"), []),
        (page("```bash", "echo 1 > a", "```", "```python", "open('a').close()", "```"), []),
        (page("```text", "false", "```"), []),
        (page("```bash", ".venv/bin/python -c 'import environment'", "```"), []),
    ],
)
def test_blocks_that_fail_are_found(text: str, lines: list[str], tmp_path: Path) -> None:
    assert [failed.split(":")[0] for failed in failures(text, tmp_path)] == lines
