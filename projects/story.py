"""A project's story as four short answers, and as one text. Pure.

The text is all that is kept: its headings say which part is which, so a group may write it in four answers, in one
text, or first so and then so. A text without these headings is the group's own, and stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Prompt:
    """One short question: its address, the heading that its answer gets, and what helps to answer it."""

    key: str
    heading: str
    question: str
    hint: str


PROMPTS: Final = (
    Prompt(
        "now",
        "What happens now",
        "What happens now?",
        "What is missing or wrong in your place? Say what a visitor would see. Two or three sentences are enough.",
    ),
    Prompt(
        "do",
        "What we will do",
        "What will you do?",
        "Step by step, in your own words: who does what, where, and for how long.",
    ),
    Prompt(
        "for",
        "Who it is for",
        "Who is it for?",
        "Who can take part, and about how many? Say how people who find it hard to come can take part too.",
    ),
    Prompt(
        "stays",
        "What stays afterwards",
        "What stays afterwards?",
        "What will still be there in a year, and who looks after it?",
    ),
)
_HEADINGS: Final = {f"### {one.heading}": one.key for one in PROMPTS}


def prompt_of(key: str) -> Prompt | None:
    """The prompt of an address."""
    return next((one for one in PROMPTS if one.key == key), None)


def next_prompt(key: str) -> Prompt | None:
    """The prompt after this one; None after the last."""
    keys = [one.key for one in PROMPTS]
    at = keys.index(key) + 1
    return PROMPTS[at] if at < len(PROMPTS) else None


def compose(parts: Mapping[str, str]) -> str:
    """The answers as one text in Markdown, each under its heading; parts not answered are left out."""
    made = [f"### {one.heading}\n\n{_plain(parts[one.key])}" for one in PROMPTS if parts.get(one.key, "").strip()]
    return "\n\n".join(made)


def _plain(answer: str) -> str:
    """An answer that holds one of our headings would be read as another part: there it is only words."""
    lines = [line.removeprefix("### ") if line.strip() in _HEADINGS else line for line in answer.strip().splitlines()]
    return "\n".join(lines)


def parts_of(story: str) -> dict[str, str] | None:
    """The answers by key, empty where one is missing; None where the text is the group's own.

    >>> parts_of("### Who it is for\\n\\nEverybody.")["for"]
    'Everybody.'
    """
    found = {one.key: "" for one in PROMPTS}
    if not story.strip():
        return found
    order = [one.key for one in PROMPTS]
    key, collected = "", dict[str, list[str]]()
    for line in story.strip().splitlines():
        heading = _HEADINGS.get(line.strip())
        if heading is not None:
            if key and order.index(heading) <= order.index(key):
                return None  # moved about or doubled by hand
            key = heading
            collected[key] = []
        elif not key:
            return None
        else:
            collected[key].append(line)
    return found | {name: "\n".join(lines).strip() for name, lines in collected.items()}


def problem(story: str) -> str | None:
    """What is still to write, or None."""
    parts = parts_of(story)
    if parts is None:
        return None
    if not any(parts.values()):
        return "Enter the story of the project"
    left = [one.question for one in PROMPTS if not parts[one.key]]
    return f"Finish the story: answer “{left[0]}”" if left else None
