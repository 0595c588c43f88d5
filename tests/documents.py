"""Blocks of code in the pages of the project, and how each is run.

A block marked ```bash or ```python is run as it stands: every block is a program of its own, all of a page in
one temporary folder, in order, so that a later block finds the results of an earlier one. `thirdwave` and
`.venv/bin/` mean the installed program. Two comments on the line before a block change that:

    <!-- shown only: REASON -->    not run; REASON is one of REASONS
    <!-- file: NAME -->            not run, but written to NAME in the folder, for the blocks that follow
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# Commands that the suite itself is part of: continuous integration runs them on a fresh clone.
NOT_RUN_HERE = {
    "git clone": "fetches the project",
    "cd thirdwave": "enters the clone",
    "make ": "installs, or runs the suite that this is part of",
}
REASONS = {"takes minutes", "never ends", "changes the project"}
LANGUAGES = {"bash", "python"}
NOT_PROGRAMS = {"json", "text", "toml"}
SECONDS = 240

BLOCK = re.compile(
    r"^(?:<!-- (?P<kind>shown only|file): (?P<note>[^\n]+?) -->\n+)?"
    r"```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """One block of code: the line it starts at, its language, the comment before it and its text."""

    line: int
    language: str
    kind: str
    note: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """Every fenced block of a page, in order."""
    for match in BLOCK.finditer(page):
        line = page.count("\n", 0, match.start("text"))
        yield Block(line, match["language"], match["kind"] or "", match["note"] or "", match["text"])


def here(script: str) -> str:
    """Leave out the lines of a shell script that are not run here."""
    lines = script.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(NOT_RUN_HERE)))


def command(block: Block) -> list[str]:
    """The program that runs a block, or nothing when there is nothing to run."""
    if block.language == "python":
        return [sys.executable, "-c", block.text]
    script = here(block.text)
    return ["bash", "-euo", "pipefail", "-c", script] if script.strip() else []


def surroundings() -> dict[str, str]:
    """Environment variables of a block: the installed programs first, and figures without a window."""
    programs = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": programs + os.pathsep + os.environ["PATH"], "MPLBACKEND": "Agg"}


def failures(page: str, folder: Path) -> list[str]:
    """Run the blocks of a page in a folder; say which failed, with what they wrote."""
    (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    failed = []
    for block in blocks(page):
        if block.kind == "file":
            (folder / block.note).write_text(block.text, encoding="utf-8")
        elif block.kind == "" and block.language in LANGUAGES and (program := command(block)):
            done = subprocess.run(
                program,
                cwd=folder,
                env=surroundings(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
            )
            if done.returncode:
                failed.append(f"line {block.line}: exit {done.returncode}\n{block.text}\n{done.stderr}")
    return failed
