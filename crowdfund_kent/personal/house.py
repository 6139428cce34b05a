"""The personal data of the house itself: e-mails that were sent, choices about them, and what people asked of us."""

from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent import outbox
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.cases import services as cases
from crowdfund_kent.cases.models import Case, CaseMessage
from crowdfund_kent.cases.queries import closed_before
from crowdfund_kent.cases.states import Case as CaseStatus
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.mail.keys import key_of
from crowdfund_kent.mail.models import EmailChoice, MailBounce
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from crowdfund_kent.personal.retention import YEAR, Rule
from crowdfund_kent.settings import get_settings

TWO_YEARS = "2 years after it was closed"
NINETY_DAYS = "90 days after it was sent"


async def _cases_of(one: Whose) -> list[Case]:
    by_account = await Case.filter(person_id=one.person_id).order_by("id")
    by_address = await Case.filter(email__iexact=one.email).order_by("id")
    return list({case.id: case for case in (*by_account, *by_address)}.values())


async def collect(one: Whose) -> list[Sheet]:
    """E-mails of the last months, choices, and cases with what was written on either side."""
    mails = await fetch(
        "SELECT created_at, body->>'subject' AS subject, body->>'text' AS text FROM outbox WHERE kind = 'email'"
        " AND lower(body->>'to') = lower($1) ORDER BY id",
        one.email,
    )
    key = key_of(one.email)
    written = [
        (case.reference, case.kind, message.side, message.at, message.text)
        for case in await _cases_of(one)
        for message in await CaseMessage.filter(case_id=case.id).exclude(side="note").order_by("id")
    ]
    return [
        Sheet("E-mails we sent you", ("Sent", "Subject", "Text"), [tuple(row.values()) for row in mails]),
        Sheet(
            "Which e-mails you want",
            ("About", "Wanted", "Since"),
            [(row.topic, row.wanted, row.changed_at) for row in await EmailChoice.filter(key=key)],
        ),
        Sheet("What you asked us, and our answers", ("Reference", "About", "By", "When", "Words"), written),
    ]


async def blockers(one: Whose) -> list[str]:
    """A complaint or request that is open is answered first; the person may say that it need not be."""
    if any(case.status != CaseStatus.CLOSED for case in await _cases_of(one)):
        return ["Something that you asked us is still open. Wait for the answer, or tell us that you need none."]
    return []


async def erase(one: Whose) -> list[str]:
    """Cases keep their kind, days and outcome; choices go."""
    words: list[str] = []
    for case in await _cases_of(one):
        words += [case.name, case.phone, *case.postal.splitlines()]
        words += [message.text for message in await CaseMessage.filter(case_id=case.id)]
        await cases.forget(case.id, SYSTEM)
    key = key_of(one.email)
    await EmailChoice.filter(key=key).delete()
    await MailBounce.filter(key=key).delete()
    return words


PART = Part(
    "house",
    texts=(
        Text("outbox", ("body", "last_error"), "E-mails that were sent", NINETY_DAYS, "removed"),
        Text(
            "care_case",
            ("name", "email", "phone", "postal", "call_when", "page"),
            "Who asked us something, and how to reach them",
            TWO_YEARS,
            "removed",
        ),
        Text("care_case_message", ("text",), "What was asked and answered", TWO_YEARS, "removed"),
        Text(
            "email_choice", ("key",), "Which e-mails a reader wants, by a keyed hash", "until it is changed", "deleted"
        ),
        Text("mail_bounce", ("key", "source"), "Mail that came back, by a keyed hash", "until mail arrives", "deleted"),
    ),
    harmless={
        "retention_run": ("rule",),
        "audit_row": ("role", "act", "subject", "details", "digest"),
        "audit_seal": ("hash",),
        "ledger_movement": ("book", "kind", "source", "about"),
        "ledger_line": ("account",),
        "check_run": ("findings",),
        "outbox": ("kind", "name", "unique_key"),
        "care_case": ("status", "reference", "token_hash", "form_key", "kind", "subject", "answer_way", "outcome"),
        "care_case_event": EVENT_COLUMNS,
        "care_case_message": ("side", "way"),
        "email_choice": ("topic", "how"),
        "mail_bounce": ("status", "channel"),
        "words_version": ("page", "text", "why", "shipped_digest"),  # officers' words for everybody
        "said_done": ("said", "did"),
    },
    collect=collect,
    erase=erase,
    blockers=blockers,
)


def _mails_before() -> datetime:
    return real_now() - timedelta(days=get_settings().body_keep_days)


async def _mails_due(now: datetime) -> int:
    before = _mails_before() - (business_now() - now)
    rows = await fetch("SELECT count(*) AS n FROM outbox WHERE body IS NOT NULL AND done_at < $1", before)
    return int(rows[0]["n"])


async def _forget_mails(_now: datetime) -> int:
    return await outbox.purge()


def _cases_before(now: datetime) -> datetime:
    return now - YEAR * get_settings().case_keep_years


async def _cases_due(now: datetime) -> int:
    return len(await closed_before(_cases_before(now)))


async def _forget_cases(now: datetime) -> int:
    found = await closed_before(_cases_before(now))
    for case_id in found:
        await cases.forget(case_id, SYSTEM)
    return len(found)


RETENTION: Final = (
    Rule("sent e-mails", "The text of e-mails that were sent", NINETY_DAYS, _mails_due, _forget_mails),
    Rule("closed cases", "What people asked us", TWO_YEARS, _cases_due, _forget_cases),
)
