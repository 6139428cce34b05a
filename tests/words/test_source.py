"""What officers write: its facts, what is wrong with it, how it is drawn, what changed. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from crowdfund_kent.settings import get_settings
from crowdfund_kent.words import services
from crowdfund_kent.words.catalogue import GLOSSARY, PAGES, WordsPage, page_of
from crowdfund_kent.words.differences import differences
from crowdfund_kent.words.drawings import DRAWINGS
from crowdfund_kent.words.facts import FACTS, example_cover, values
from crowdfund_kent.words.glossary import Term, explained, terms_of
from crowdfund_kent.words.rendering import render_words
from crowdfund_kent.words.source import facts_in, long_lines, parts, problems
from pledges.rules import cover_of

FEES = page_of("fees")
SOUND = "# Fees\n\nWe take {{ least_pledge }}.\n\n## More\n\nSee [what is checked](/safety).\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_every_shipped_text_could_be_published(page: WordsPage) -> None:
    assert services.why_not(page, page.shipped) == []
    assert page.shipped_title


def test_every_drawing_and_nearly_every_fact_is_used_by_a_shipped_text() -> None:
    everything = "".join(page.shipped for page in PAGES)
    assert [name for name in DRAWINGS if f"drawing:{name})" not in everything] == []
    # for officers who write about starting a project
    spare = {"most_pledge", "least_target", "shortest_weeks", "longest_weeks"}
    assert set(FACTS) - set(facts_in(everything)) == spare


def test_the_cover_of_ten_pounds_is_what_a_backer_is_offered() -> None:
    settings = get_settings()
    assert example_cover(settings) == cover_of(1_000, settings.card_cost_bp, settings.card_cost_fixed_pence) == 36


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Fees\n\nHello.\n", "Begin with the heading"),
        ("# Fees\n\n## More\n\nHello.\n", "Write a short paragraph under the heading"),
        (SOUND + "\n{{ treshold }}\n", "There is no fact {{ treshold }}. Did you mean {{ threshold }}?"),
        (SOUND + "\n{{ moonlight }}\n", "There is no fact {{ moonlight }}. The list of facts is below."),
        (SOUND + "\n{{ threshold }\n", "Write a fact as {{ name }}"),
        (SOUND + "\n[here](http://example.org)\n", "must begin with /"),
        (SOUND + "\n[here](//example.org)\n", "must begin with /"),
        (SOUND + "\n[here](javascript:alert(1))\n", "This link can’t be read"),
        (SOUND + "\n![A dog](https://example.org/dog.png)\n", "There is no drawing"),
        (SOUND + "\n| a | b |\n|---|---|\n| 1 | 2 |\n", "Write above each table a line"),
        (SOUND + "\n# Another\n", "Only the first line begins with one #"),
        ("# Fees\n\n" + "x" * 40_001, "40,000 characters or fewer"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_as_something_to_do(text: str, said: str) -> None:
    (found,) = problems(text)
    assert said in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Glossary\n\nWords.\n", "Begin each word"),
        ("# Glossary\n\nWords.\n\n## Pledge\n\nA.\n\n## Backer\n\nB.\n", "“backer” comes earlier"),
        ("# Glossary\n\nWords.\n\n## Pledge\n\n## Raised\n\nB.\n", "Say what “Pledge” means"),
        ("# Glossary\n\nWords.\n\n## Pledge\n\nA.\n\n## Pledge\n\nB.\n", "once"),
    ],
)
def test_a_glossary_is_in_order_and_whole(text: str, said: str) -> None:
    assert any(said in one for one in services.why_not(GLOSSARY, text))


def test_facts_stay_plain_words_whatever_they_hold() -> None:
    found = render_words(
        "# {{ programme }}\n\nAsk {{ council }}.\n\n[{{ contact_email }}](mailto:{{ contact_email }})",
        {"programme": "A *b* & c", "council": "<b>[x](/y)</b> | _k_", "contact_email": "a_b@example.org"},
    )
    assert found.title == "A *b* & c"
    assert found.lead == f"Ask {escape('<b>[x](/y)</b> | _k_')}."
    assert '<a href="mailto:a_b@example.org" class="govuk-link">a_b@example.org</a>' in found.body


def test_a_text_is_drawn_with_our_headings_tables_and_addresses() -> None:
    body = render_words(
        "# T\n\nLead.\n\n### Deep {#report}\n\nText\n\n## Same\n\n## Same\n\nTable: What *it* shows\n\n"
        "| What | Amount |\n|---|---:|\n| Card | £1 |\n\n> Read this\n",
        {},
    ).body
    assert '<h2 class="govuk-heading-l" id="report">Deep</h2>' in body
    assert 'id="same-2"' in body
    assert "<caption>What <em>it</em> shows</caption>" in body
    assert '<th scope="row">Card</th>' in body
    assert '<td class="ck-number">£1</td>' in body
    assert '<div class="ck-note">' in body
    assert "style" not in body


def test_each_word_is_explained_once_where_it_first_stands_but_not_in_headings_and_links() -> None:
    terms = [
        Term("Pledge", "A promise."),
        Term("Pay-out threshold", "A share. In the papers: x."),
        Term("Target", "T."),
    ]
    found = render_words(
        "# T\n\nLead.\n\n## Your pledge\n\n[Pledges](/x) and pledges, then a pledge. The pay-out threshold.\n",
        {},
        terms,
    )
    assert found.body.count("popovertarget") == 2
    assert '>pledges</button>, then a pledge. The <button class="ck-term"' in found.body
    assert [term.word for term in found.terms] == ["Pledge", "Pay-out threshold"]
    assert found.terms[1].in_place == "A share."


def test_words_of_the_councils_papers_are_not_explained_on_residents_pages() -> None:
    for term in explained(terms_of(GLOSSARY.shipped, values())):
        assert "papers" not in term.in_place
        assert term.in_place


def test_an_easy_read_line_is_one_idea_beside_its_drawing() -> None:
    body = render_words("# E\n\nLead.\n\n![](drawing:idea)\nOne **idea**.\nAnother [here](/x).\n", {}).body
    assert body.count('<p class="ck-easy__line">') == 2
    assert 'src="/illustrations/easy/idea.svg?v=' in body
    assert long_lines(page_of("easy_read").shipped) == []
    assert long_lines("# E\n\nLead.\n\n" + "word " * 16) == [("word " * 16).strip()]


@given(st.text(max_size=300))
def test_nothing_that_is_written_becomes_anything_but_words(text: str) -> None:
    found = render_words(f"# T\n\nLead {text}\n\n{text}\n", values())
    for html in (str(found.lead), str(found.body)):
        assert "<script" not in html
        assert "javascript:" not in html.lower() or 'href="javascript:' not in html.lower()
        assert " onerror" not in html or "<img" not in html
    assert isinstance(problems(text), list)
    assert parts(text).title == parts(text).title.strip()


def test_differences_are_told_by_line_and_inside_a_line_by_word() -> None:
    old = "# Fees\n\nWe take nothing.\n\nOne.\n\nTwo.\n\nThree.\n"
    new = "# Fees\n\nWe take no fee.\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n"
    found = differences(old, new)
    assert [line.kind for line in found] == ["same", "changed", "same", "gap", "same", "added"]
    assert [(piece.kind, piece.text.strip()) for piece in found[1].pieces] == [
        ("same", "We take"),
        ("removed", "nothing."),
        ("added", "no fee."),
    ]
    assert [line.kind for line in differences(new, old)][-1] == "removed"
    assert differences(old, old) == []


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_what_was_added_and_what_stayed_make_the_new_text(old: list[str], new: list[str]) -> None:
    lines = differences("\n".join(old), "\n".join(new))
    added = sum(piece.kind == "added" for line in lines for piece in line.pieces)
    removed = sum(piece.kind == "removed" for line in lines for piece in line.pieces)
    assert added - removed == len(new) - len(old)


def test_a_link_in_bold_alone_in_its_paragraph_becomes_a_button() -> None:
    body = render_words("# T\n\nLead.\n\n**[Tell us](/wrong)**\n\nOr **[here](/x)**.\n", {}).body
    assert '<a href="/wrong" class="ck-button ck-button--inline">Tell us</a>' in body
    assert '<a href="/x" class="govuk-link">here</a>' in body
