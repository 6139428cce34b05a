"""Residents and groups read no committee's words (design: words): a list, and every template and text they see."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEVER = re.compile(r"\b(leverag\w*|accru\w*|earmark\w*|award\w*|vcse|social sector)\b", re.IGNORECASE)
FOLDERS = (
    "public",
    "pledges",
    "projects",
    "pages",
    "cases",
    "words",
    "payments",
    "accounts",
    "components",
    "emails",
    "errors",
    "funds",
    "panel/round_record",
    "panel/minutes",
)
# for officers and committees, or for both; the glossary explains the papers' words
FOR_OFFICERS = (
    "cases/staff",
    "words/staff",
    "projects/officer",
    "projects/objectives",
    "projects/take",
    "projects/put_back",
    "accounts/audit",
    "accounts/staff",
    "accounts/grant",
    "funds/office",
)
MODULES = (
    "projects/words.py",
    "projects/rules.py",
    "projects/forms/groups.py",
    "projects/forms/writing.py",
    "projects/forms/officers.py",
    "projects/eligibility.py",
    "projects/story.py",
    "projects/readability.py",
    "projects/kinds.py",
    "projects/change_rules.py",
    "projects/change_forms.py",
    "projects/next_things.py",
    "panel/asking.py",
    "pledges/rules.py",
    "pledges/forms.py",
    "pledges/fitting_rules.py",
    "projects/match_days.py",
    "pledges/public/words.py",
    "pledges/public/forms.py",
    "pledges/public/search.py",
)
_TEXT = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_SPOKEN = re.compile(r"<[^>]*(?:alt|aria-label|title|placeholder)=\"([^\"]*)\"")


def templates() -> Iterator[Path]:
    folder = ROOT / "templates"
    for name in FOLDERS:
        for path in sorted((folder / name).rglob("*.*")):
            if not path.relative_to(folder).as_posix().startswith(FOR_OFFICERS):
                yield path


def said(template: str) -> list[str]:
    """What a reader of the page gets: its text, texts in quotes within its code, and texts that are read out."""
    plain = re.sub(r"\{#.*?#\}", " ", template, flags=re.DOTALL)
    quoted = [a or b for code in _CODE.findall(plain) for a, b in _QUOTED.findall(code)]
    # a word alone is a name in the code, such as a status
    return [_TEXT.sub(" ", plain), *_SPOKEN.findall(plain), *(words for words in quoted if " " in words)]


@pytest.mark.parametrize("path", list(templates()), ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_template_for_residents_and_groups_has_no_committee_word(path: Path) -> None:
    found = [word for text in said(path.read_text()) for word in NEVER.findall(text)]
    assert not found


@pytest.mark.parametrize("name", MODULES)
def test_messages_and_labels_have_none_either(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text())
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs and " " in node.value
    ]
    assert not [word for text in texts for word in NEVER.findall(text)]


def test_the_reader_of_templates_finds_a_word_wherever_it_is_said() -> None:
    hidden = "{# award #}<a href=\"/awards/1\">{{ 'earmarked' }}{% if status == 'earmarked' %}</a>"
    assert not [word for text in said(hidden) for word in NEVER.findall(text)]
    for shown in ("<p>An award</p>", "{{ button('Accept the award') }}", '<img alt="Leverage by year">'):
        assert [word for text in said(shown) for word in NEVER.findall(text)], shown


SHIPPED = sorted((ROOT / "crowdfund_kent" / "words" / "shipped").glob("*.md"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_page_has_none_but_the_glossary_which_explains_them(path: Path) -> None:
    assert bool(NEVER.findall(path.read_text())) == (path.stem == "glossary")
