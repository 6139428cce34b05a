"""What people write in Markdown comes out safe, and fits under the page's own headings."""

import pytest

from crowdfund_kent.films import film_at
from crowdfund_kent.markdown import has_film, render_markdown


@pytest.mark.parametrize(
    ("written", "absent"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[pay](javascript:alert(1))", "href"),
        ("[pay](data:text/html;base64,PHNjcmlwdD4=)", "href"),
        ("[pay](vbscript:x)", "href"),
        ('<img src=x onerror="alert(1)">', "<img"),
        ("![a pool](https://example.org/x.png)", "<img"),
        ('<a href="https://example.org" style="position:fixed">x</a>', "<a"),
        ("<style>body{display:none}</style>", "<style"),
        ("<iframe src='https://example.org'></iframe>", "<iframe"),
    ],
)
def test_what_could_harm_a_reader_is_shown_as_words_or_gone(written: str, absent: str) -> None:
    assert absent not in render_markdown(written)


def test_a_picture_leaves_its_words() -> None:
    assert "a <pool>" not in render_markdown("![a <pool>](https://example.org/x.png)")
    assert "a &lt;pool&gt;" in render_markdown("![a <pool>](https://example.org/x.png)")


@pytest.mark.parametrize("address", ["https://example.org", "http://example.org", "mailto:kim@example.org"])
def test_links_to_pages_and_addresses_stay_and_vouch_for_nothing(address: str) -> None:
    html = render_markdown(f"[words]({address})")
    assert f'href="{address}"' in html
    assert 'rel="nofollow ugc noopener"' in html


@pytest.mark.parametrize(
    ("written", "headings"),
    [
        ("# One\n\n# Two", ["h3", "h3"]),
        ("### Deep", ["h3"]),
        ("# One\n\n#### Far below", ["h3", "h4"]),
        ("# One\n\n## Below\n\n# Again\n\n## Below", ["h3", "h4", "h3", "h4"]),
        ("# 1\n\n## 2\n\n### 3\n\n#### 4\n\n##### 5\n\n###### 6", ["h3", "h4", "h5", "h6", "h6", "h6"]),
    ],
)
def test_headings_begin_at_h3_and_leave_no_gap(written: str, headings: list[str]) -> None:
    html = render_markdown(written)
    found = [part[:2] for part in html.split("<") if part[:1] == "h" and part[1:2].isdigit()]
    assert found == headings


def test_lists_tables_and_emphasis_stay() -> None:
    html = render_markdown("* **one**\n* two\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<strong>one</strong>" in html
    assert 'class="govuk-list govuk-list--bullet"' in html
    assert html.count("<td>") == 2


YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (YOUTUBE, YOUTUBE),
        ("  https://youtu.be/dQw4w9WgXcQ?si=abc ", YOUTUBE),
        ("<https://m.youtube.com/watch?app=m&v=dQw4w9WgXcQ&t=5>", YOUTUBE),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE),
        ("https://vimeo.com/76979871", "https://vimeo.com/76979871"),
        ("https://vimeo.com/76979871/abcdef1234?share=copy", "https://vimeo.com/76979871/abcdef1234"),
        ("https://www.youtube.com/watch?v=short", None),
        ("https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ", None),
        ("https://evil.example/?https://youtu.be/dQw4w9WgXcQ", None),
        ("javascript:https://youtu.be/dQw4w9WgXcQ", None),
        ("See https://youtu.be/dQw4w9WgXcQ", None),
        ('https://youtu.be/dQw4w9WgXcQ"><script>', None),
    ],
)
def test_a_film_is_known_by_its_address_alone(line: str, address: str | None) -> None:
    film = film_at(line)
    assert (film.address if film else None) == address


def test_a_film_on_a_line_of_its_own_is_a_link_with_a_picture_of_ours() -> None:
    html = render_markdown(f"Look:\n\n{YOUTUBE}&list=x\n\nNice.")
    assert html.count("<img") == 1
    assert '<img src="/static/' in html
    assert f'href="{YOUTUBE}" rel="nofollow ugc noopener"' in html
    assert "Watch the film on YouTube" in html
    assert html.count("<p") == 3
    assert has_film(f"a\n\n{YOUTUBE}")


@pytest.mark.parametrize(
    "written", [f"Look at {YOUTUBE}", f"- {YOUTUBE}", f"> {YOUTUBE}", f"`{YOUTUBE}`", "\ue0000\ue000"]
)
def test_no_film_stands_within_other_words(written: str) -> None:
    assert "<img" not in render_markdown(written)
    assert not has_film(written)
