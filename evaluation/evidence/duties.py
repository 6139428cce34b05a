"""Which items need several people, and by which acts of the record each step is known: the list that segregation.py reads.

Every rule of two people that the site has (`refuse_same_person`) stands here, but for those across items: who explains a
difference, and who holds a decision authority.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from crowdfund_kent.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class Duty:
    """An item that needs several people: its rows in the record, and its steps as (words, acts, the role that may).

    `over`: after such an act these steps are done anew, and count no more. `outside`: steps that nobody does who is, or ever
    was, in the group that the item is about. `joint`: steps that may be one person's: who enters an account may check it;
    of those who say that the bank paid, a third person is one, and not all (rule "a third person says that it is paid").
    """

    words: str
    subject: str
    steps: tuple[tuple[str, tuple[str, ...], Role | None], ...]
    outside: frozenset[str] = frozenset()
    over: Mapping[str, frozenset[str]] = field(default_factory=dict)
    joint: frozenset[frozenset[str]] = frozenset()


F, A, S = Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.SIGNATORY


def _two(
    words: str,
    subject: str,
    first: tuple[str, str, Role | None],
    second: tuple[str, str, Role | None],
    outside: str = "",
) -> Duty:
    """Two steps, each known by its words and its acts, with " / " between acts. `outside` names steps the same way."""
    steps = tuple((name, tuple(acts.split(" / ")), role) for name, acts, role in (first, second))
    return Duty(words, subject, steps, frozenset(outside.split(" / ")) if outside else frozenset())


MONEY: Final = (
    Duty(
        "Award",
        "award",
        (
            ("proposed", ("award proposed",), F),
            ("signed or refused", ("award signed", "award refused"), S),
            ("accepted by the group", ("match pledged",), None),
        ),
    ),
    _two("Cap of a source", "source_cap", ("entered", "cap entered", F), ("confirmed", "cap confirmed", A)),
    _two(
        "Movement in a pot", "pot_movement", ("entered", "movement entered", F), ("confirmed", "movement confirmed", A)
    ),
    _two("Fund", "match_fund", ("entered", "fund entered", F), ("opened", "fund opened", A)),
    _two(
        "Refund",
        "refund_proposal",
        ("proposed", "refund proposed", F),
        ("decided", "refund proposal agreed / refund proposal refused", A),
    ),
    _two(
        "Refund paid another way",
        "repayment",
        ("recorded", "repayment recorded", None),
        ("decided", "repayment confirmed / repayment refused", A),
    ),
    _two(
        "Everybody's money back before the payout",
        "collapse_proposal",
        ("proposed", "collapse proposed", F),
        ("decided", "collapse agreed / collapse refused", A),
    ),
    _two(
        "Money taken back from a group by hand",
        "taken_back_decision",
        ("proposed", "taken back decision proposed", None),
        ("decided", "taken back decision agreed / taken back decision refused", A),
    ),
    _two(
        "The council's own money at the provider",
        "own_move",
        ("recorded", "own money recorded", None),
        ("decided", "own money confirmed / own money refused", A),
    ),
    _two(
        "Hold of a payment",
        "payment_hold",
        ("placed", "hold placed", None),
        ("confirmed", "hold confirmed / hold lifted", None),
    ),
    Duty(
        "Release of a held payment",
        "payment_hold",
        (("proposed", ("hold release proposed",), None), ("agreed", ("hold released",), None)),
        over={"hold kept": frozenset({"proposed"})},
    ),
    Duty(
        "Bank details",
        "bank_details",
        (
            ("sent or entered", ("bank details asked",), None),
            ("checked", ("bank details checked",), F),
            ("approved", ("bank details approved",), A),
        ),
        frozenset({"checked", "approved"}),
        {"bank details sent back": frozenset({"checked"})},
        frozenset({frozenset({"sent or entered", "checked"})}),
    ),
    _two(
        "Payments of a schedule",
        "payment_schedule",
        ("prepared", "schedule prepared", F),
        ("approved", "schedule approved", A),
    ),
    Duty(
        "Payment to a group",
        "match_payment",
        (
            ("prepared", ("payment prepared",), F),
            ("approved", ("payment approved",), A),
            ("found on the bank's statement", ("payment paid", "payment returned"), A),
        ),
        joint=frozenset(
            {
                frozenset({"prepared", "found on the bank's statement"}),
                frozenset({"approved", "found on the bank's statement"}),
            }
        ),
    ),
    _two(
        "Payment that was never made",
        "match_payment",
        ("said", "payment said never paid", None),
        ("agreed", "payment cancelled", A),
    ),
    _two("Line of a bank statement", "bank_line", ("said", "line match asked", None), ("agreed", "line matched", A)),
    _two(
        "Bank statement typed from a CSV",
        "typed_statement",
        ("entered", "typed statement entered", A),
        ("agreed", "typed statement agreed", A),
    ),
    _two(
        "Match closed short, or recovery given up",
        "match_shortening",
        ("proposed", "shortening proposed", F),
        ("decided", "shortening agreed / shortening refused", A),
    ),
    _two(
        "Subsidy check",
        "subsidy_check",
        ("answered", "subsidy answered", None),
        ("decided", "subsidy decided", F),
        outside="decided",
    ),
    _two("Period of the books", "book_period", ("proposed", "period proposed", A), ("closed", "period closed", A)),
)
GIFTS: Final = (
    _two(
        "Gift in cash or by cheque",
        "offline_gift",
        ("received", "gift received", None),
        ("counted", "gift counted", None),
        outside="counted",
    ),
    _two(
        "Gifts paid in",
        "gift_batch",
        ("entered", "gift batch entered", None),
        ("confirmed", "gift batch confirmed", None),
        outside="confirmed",
    ),
    _two(
        "Gift given back",
        "gift_return",
        ("entered", "gift return entered", None),
        ("confirmed", "gift return confirmed", None),
        outside="confirmed",
    ),
    _two(
        "Gifts handed on",
        "gift_payment",
        ("entered", "gift payment entered", None),
        ("confirmed", "gift payment confirmed", A),
        outside="entered / confirmed",
    ),
    _two(
        "Money of an unpaid cheque back from a group",
        "gift_recovery",
        ("entered", "gift recovery entered", None),
        ("confirmed", "gift recovery confirmed", A),
        outside="entered / confirmed",
    ),
    _two(
        "Reference for Gift Aid",
        "gift_aid_recipient",
        ("entered", "gift aid reference entered", None),
        ("verified", "gift aid reference verified / gift aid reference refused", F),
        outside="verified",
    ),
)
AFTERWARDS: Final = (
    Duty(
        "Money that is left, another purpose, or an end",
        "delivery_turn",
        (
            ("asked", ("turn asked",), None),
            ("proposed", ("turn proposed",), F),
            ("agreed", ("turn agreed",), F),
        ),
        frozenset({"proposed", "agreed"}),
        {"turn sent back": frozenset({"proposed"})},
    ),
    _two(
        "Shares of unspent money",
        "shares_back",
        ("proposed", "shares back proposed", F),
        ("decided", "shares back agreed / shares back refused", A),
        outside="proposed / decided",
    ),
    Duty(
        "Share given by hand",
        "share_back",
        (("entered", ("share entered",), None), ("confirmed", ("share confirmed",), None)),
        frozenset({"confirmed"}),
        {"share withdrawn": frozenset({"entered"})},
    ),
    Duty(
        "Report of a group",
        "report",
        (("sent", ("report sent", "report sent on paper"), None), ("accepted", ("report accepted",), F)),
        frozenset({"accepted"}),
        {"report asked back": frozenset({"sent"})},
    ),
    _two(
        "More time for a report",
        "report_more_time",
        ("asked", "more time asked", None),
        ("answered", "more time granted / more time refused", F),
        outside="answered",
    ),
    Duty(
        "Survey filled in on paper",
        "survey_invitation",
        (("entered for the group", ("survey answered on paper",), F),),
        frozenset({"entered for the group"}),
    ),
)
PROJECTS: Final = (
    Duty(
        "Campaign",
        "campaign",
        (
            ("submitted", ("campaign submitted",), None),
            ("approved or refused", ("campaign approved", "campaign refused"), F),
        ),
        frozenset({"approved or refused"}),
        {"campaign changes requested": frozenset({"submitted"})},
    ),
    _two(
        "Change of a running campaign",
        "campaign_change",
        ("asked", "change begun / change asked", None),
        ("answered", "change agreed / change refused", F),
        outside="answered",
    ),
    _two("Group that receives for another", "group_hosting", ("asked", "host asked", None), ("agreed", "host agreed", None)),
    Duty(
        "Group handed over",
        "group_hand_over",
        (
            ("asked", ("hand-over asked",), None),
            ("proposed", ("hand-over proposed",), F),
            ("agreed", ("hand over group",), F),
        ),
        frozenset({"proposed", "agreed"}),
    ),
    Duty(
        "Request to a panel",
        "pitch",
        (
            (
                "scored, recommended, voted or held",
                ("scores given", "recommended", "vote given", "vote recorded", "pitch place recorded", "pitch held",
                 "pitch referred to audit", "hold agreed", "hold let go"),
                None,
            ),
            ("signed", ("pitch awarded", "pitch declined", "pitch deferred"), S),
        ),
    ),
    Duty(
        "Hold of a request to a panel",
        "pitch",
        (
            ("held", ("pitch held", "pitch referred to audit"), None),
            ("agreed to let it go", ("hold agreed",), None),
            ("let it go", ("hold let go",), None),
        ),
        over={"hold let go": frozenset({"held", "agreed to let it go", "let it go"})},
    ),
    Duty(
        "Request for information",
        "information_request",
        (
            ("prepared, or left words out", ("answer prepared", "words left out"), None),
            ("let it go", ("request answered",), None),
        ),
    ),
)  # fmt: skip
DUTIES: Final = (*MONEY, *GIFTS, *AFTERWARDS, *PROJECTS)

_PROJECT: Final = "JOIN project p ON p.id = c.project_id"
_OF_CAMPAIGN: Final = f"JOIN campaign c ON c.id = x.campaign_id {_PROJECT}"
_OF_DELIVERY: Final = f"JOIN delivery d ON d.id = x.delivery_id JOIN campaign c ON c.id = d.campaign_id {_PROJECT}"
_OF_GIFT: Final = f"JOIN offline_gift g ON g.id = x.gift_id JOIN campaign c ON c.id = g.campaign_id {_PROJECT}"
GROUP_OF: Final[Mapping[str, str]] = {
    "bank_details": "SELECT x.id, x.group_id FROM bank_details x",
    "campaign": "SELECT x.id, p.group_id FROM campaign x JOIN project p ON p.id = x.project_id",
    "campaign_change": f"SELECT x.id, p.group_id FROM campaign_change x {_OF_CAMPAIGN}",
    "delivery_turn": f"SELECT x.id, p.group_id FROM delivery_turn x {_OF_DELIVERY}",
    "gift_aid_recipient": "SELECT x.id, x.group_id FROM gift_aid_recipient x",
    "gift_batch": "SELECT x.id, k.group_id FROM gift_batch x JOIN gift_desk k ON k.id = x.desk_id",
    "gift_payment": f"SELECT x.id, p.group_id FROM gift_payment x {_OF_CAMPAIGN}",
    "gift_recovery": f"SELECT x.id, p.group_id FROM gift_recovery x {_OF_GIFT}",
    "gift_return": f"SELECT x.id, p.group_id FROM gift_return x {_OF_GIFT}",
    "group_hand_over": "SELECT x.id, x.group_id FROM group_hand_over x",
    "offline_gift": f"SELECT x.id, p.group_id FROM offline_gift x {_OF_CAMPAIGN}",
    "report": f"SELECT x.id, p.group_id FROM report x {_OF_DELIVERY}",
    "report_more_time": "SELECT x.id, p.group_id FROM report_more_time x JOIN report r ON r.id = x.report_id"
    f" JOIN delivery d ON d.id = r.delivery_id JOIN campaign c ON c.id = d.campaign_id {_PROJECT}",
    "share_back": "SELECT x.id, p.group_id FROM share_back x JOIN shares_back b ON b.id = x.giving_id"
    f" JOIN campaign c ON c.id = b.campaign_id {_PROJECT}",
    "shares_back": f"SELECT x.id, p.group_id FROM shares_back x {_OF_CAMPAIGN}",
    "subsidy_check": "SELECT x.id, p.group_id FROM subsidy_check x JOIN match_pledge m ON m.id = x.match_pledge_id"
    " LEFT JOIN campaign c ON c.id = m.campaign_id JOIN project p ON p.id = coalesce(m.project_id, c.project_id)",
    "survey_invitation": f"SELECT x.id, p.group_id FROM survey_invitation x {_OF_CAMPAIGN}",
}
"""Subject of a duty with steps outside the group -> its rows with the group that each is about."""
