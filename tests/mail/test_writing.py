"""E-mails: plain text with a footer, no way into a header, and nothing leaves a machine of one's own."""

import re
from pathlib import Path

import aiosmtplib
import pytest

from crowdfund_kent import mail
from crowdfund_kent.mail import sending, smtp
from crowdfund_kent.settings import Mode, Settings, get_settings
from crowdfund_kent.templating import environment

ADDRESS = "kim@example.org"


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose e-mails/x.txt the test writes."""
    from jinja2 import ChoiceLoader, FileSystemLoader

    (tmp_path / "emails").mkdir()
    loader = environment().loader
    assert loader is not None
    monkeypatch.setattr(environment(), "loader", ChoiceLoader([FileSystemLoader(tmp_path), loader]))
    from crowdfund_kent.templating import _text_environment

    _text_environment.cache_clear()
    return tmp_path / "emails"


def production(**changed: object) -> Settings:
    return get_settings().model_copy(update={"mode": Mode.PRODUCTION, **changed})


def use(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The settings of whoever sends."""
    for module in (sending, smtp):
        monkeypatch.setattr(module, "get_settings", lambda: settings)


def test_an_e_mail_is_a_subject_a_text_and_a_footer() -> None:
    written = mail.write("accounts/sign_in.txt", link="http://testserver/x", code="123 456", minutes=30)
    subject, text = written
    assert subject == written.subject == "Sign in to Crowdfund Kent"
    assert text.startswith("Somebody, we hope you, asked")
    assert "Or type this code on the page where you asked: 123 456\n" in text
    assert "Subject" not in text
    assert text.count("\n--\n") == 1
    assert text.endswith("Is this e-mail really from us? http://testserver/check\n")
    assert get_settings().contact_phone in text.split("\n--\n")[1]


def test_a_name_from_a_form_cannot_begin_a_header(templates: Path) -> None:
    (templates / "x.txt").write_text("Subject: About {{ title }}\n\nHello {{ title }}.\n")
    written = mail.write("x.txt", title="Pool\r\nBcc: all@example.org")
    assert written.subject == "About Pool Bcc: all@example.org"
    sent = mail.compose(ADDRESS, written.subject, written.text)
    assert sent["Bcc"] is None
    assert sent["To"] == ADDRESS
    written = mail.write("x.txt", title="Pool\n\nBcc: all@example.org")
    assert written.subject == "About Pool"


def test_an_e_mail_is_not_escaped_like_a_page(templates: Path) -> None:
    (templates / "x.txt").write_text("Subject: {{ who }}\n\n{{ who }}\x07 wrote.\n\n\n\n\nBye.\n")
    written = mail.write("x.txt", who="Friends & Co <3")
    assert written.subject == "Friends & Co <3"
    assert written.text.startswith("Friends & Co <3 wrote.\n\nBye.\n")


@pytest.mark.parametrize("source", ["Hello\n\nText", "Subject:\n\nText", "Subject: Hello\n", "Subject: Hello\nText"])
def test_a_template_without_subject_or_text_is_refused(templates: Path, source: str) -> None:
    (templates / "x.txt").write_text(source)
    with pytest.raises(ValueError, match=r"must begin with 'Subject: \.\.\.'"):
        mail.write("x.txt")


@pytest.mark.parametrize("to", ["kim@example.org\r\nBcc: all@example.org", "kim@example.org\nX: y"])
def test_an_address_with_a_line_break_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)newline|linefeed|carriage"):
        mail.compose(to, "Hello", "Text")


def test_the_same_e_mail_sent_twice_is_one_message_to_its_reader() -> None:
    first, again, other = (mail.compose(ADDRESS, "Hello", text) for text in ("Text", "Text", "Other"))
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@example.org>")
    assert first["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, None, None, False, None)),
        ("smtp://site:p%40ss@mail.example.org:25", ("mail.example.org", 25, "site", "p@ss", False, True)),
        ("smtps://site:x@mail.example.org", ("mail.example.org", 465, "site", "x", True, None)),
    ],
)
def test_where_e_mails_are_handed_in(url: str, expected: tuple[object, ...]) -> None:
    made = mail.server_of(url)
    assert tuple(made[key] for key in ("hostname", "port", "username", "password", "use_tls", "start_tls")) == expected


@pytest.mark.parametrize("url", ["", "http://mail.example.org", "smtp://", "mail.example.org"])
def test_an_address_that_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL must look like"):
        mail.server_of(url)


async def test_in_production_an_e_mail_goes_to_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[tuple[object, dict[str, object]]] = []

    async def send(message: object, **options: object) -> None:
        handed.append((message, options))

    settings = production(smtp_url="smtps://site:x@mail.example.org")
    use(monkeypatch, settings)
    monkeypatch.setattr(aiosmtplib, "send", send)
    await mail.send({"to": ADDRESS, "subject": "Grüße", "text": "Hello – £5\n"})
    [(message, options)] = handed
    assert options["hostname"] == "mail.example.org"
    wire = message.as_bytes()  # type: ignore[attr-defined]
    assert b"To: kim@example.org\r\n" in wire
    assert max(len(line) for line in wire.split(b"\r\n")) < 998


async def test_nothing_leaves_in_local_and_test_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    async def send(message: object, **options: object) -> None:
        raise AssertionError("an e-mail left")

    monkeypatch.setattr(aiosmtplib, "send", send)
    await mail.send({"to": ADDRESS, "subject": "Hello", "text": "Text"})
    with pytest.raises(AssertionError, match="an e-mail left"):
        settings = production(smtp_url="smtp://mail.example.org")
        use(monkeypatch, settings)
        await mail.send({"to": ADDRESS, "subject": "Hello", "text": "Text"})


def e_mails() -> list[Path]:
    """Every e-mail's template: no footer, and nothing that others only borrow words from."""
    folder = get_settings().templates_folder / "emails"
    return sorted(path for path in folder.glob("*/*.txt") if not path.name.endswith("parts.txt"))


def begins(template: Path) -> list[str]:
    """Its lines, without those at the top that only fetch words or explain."""
    lines = template.read_text(encoding="utf-8").splitlines()
    while lines and lines[0].startswith(("{% from", "{#", "{% import")):
        lines.pop(0)
    return lines


@pytest.mark.parametrize("template", e_mails(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_template_begins_with_its_subject_and_leaves_the_footer_to_the_site(template: Path) -> None:
    """A tag at the end of a line takes the line's end with it, and the empty line after the subject is no more."""
    source, lines = template.read_text(encoding="utf-8"), begins(template)
    assert "Subject: " in source, "an e-mail has a subject"
    assert not re.search(r"/check\b", source), "it has a footer of its own"
    if not lines[0].startswith("{% extends"):
        assert lines[0].startswith("Subject: ")
        assert not lines[0].endswith("%}")
        assert lines[1] == ""


_TAGS = re.compile(r"\s*(?:\{%[^%]*%\}\s*)+")


@pytest.mark.parametrize("template", e_mails(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_paragraph_that_ends_with_a_tag_is_followed_by_two_empty_lines(template: Path) -> None:
    """The tag takes the end of its line with it: with one empty line the next paragraph would stick to this one."""
    lines = template.read_text(encoding="utf-8").splitlines()
    stuck = [
        line
        for line, after, next_one in zip(lines, lines[1:], lines[2:], strict=False)
        if line.endswith("%}") and not _TAGS.fullmatch(line) and after == "" and next_one and not _TAGS.match(next_one)
    ]
    assert not stuck
