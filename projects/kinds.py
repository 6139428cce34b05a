"""The closed lists of this package. Pure."""

from enum import StrEnum
from typing import Final


class LegalForm(StrEnum):
    """What a group is in law."""

    NAMED_PEOPLE = "one or two named people"
    UNINCORPORATED = "unincorporated group"
    CHARITY = "registered charity"
    CIO = "charitable incorporated organisation"
    CIC = "community interest company"
    COMPANY = "company limited by guarantee"
    SOCIETY = "community benefit society"
    PARISH = "parish or town council"
    SCHOOL = "school or parent-teacher association"
    OTHER = "other"


class MemberRole(StrEnum):
    """Owners decide, invite and submit; editors write. A helper fills the pages with the group and never signs for it."""

    OWNER = "owner"
    EDITOR = "editor"
    HELPER = "helper"


class YesNo(StrEnum):
    """A plain answer."""

    YES = "yes"
    NO = "no"


class Permission(StrEnum):
    """Whether somebody must allow it: whoever owns the land or building, or closes the road."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not sure"


class PaperAct(StrEnum):
    """What somebody can decide on a signed paper, where they have no e-mail."""

    SUBMIT = "submit"
    OPEN = "open"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    ACCEPT = "accept"
    DECLINE = "decline"
    PITCH = "pitch"  # a group's request to a fund
    REPORT = "report"  # of a funded project


class CostKind(StrEnum):
    """Capital buys what lasts; revenue runs the project."""

    CAPITAL = "capital"
    REVENUE = "revenue"


class HelpKind(StrEnum):
    """What a group asks for besides money, and how it is counted."""

    HOURS = "hours"
    THINGS = "things"


class CheckItem(StrEnum):
    """What an officer says was checked, or was not, in the words of the public page."""

    PEOPLE = "Who runs the project, and how to reach them"
    SCHEME = "The project fits the rules of the scheme"
    DOUBLE = "The same project has not been funded before"
    COSTS = "The costs are reasonable for what is planned"
    WORDS = "The page is clear, fair and safe for everybody named on it"
    REFEREE = "Somebody outside the group knows them"
    BANK = "A bank account in the name of the group"
    QUOTES = "Quotes or prices for the larger costs"
    PERMISSION = "Permission of whoever owns the land or building"
    SAFEGUARDING = "How children, and adults who may be at risk, are kept safe"
    RULES = "The written rules of the group"
    INSURANCE = "Insurance"


class CheckAnswer(StrEnum):
    """An officer's answer to an item."""

    CHECKED = "checked"
    NOT_CHECKED = "not checked"
    NOT_NEEDED = "not needed"


# without these four no campaign is approved; the rest grows with the money (domain.md, defaults)
MUST_BE_CHECKED: Final = frozenset({CheckItem.PEOPLE, CheckItem.SCHEME, CheckItem.COSTS, CheckItem.WORDS})


class ChangeKind(StrEnum):
    """What a group may ask to change while its campaign runs: the last day, once; or its words and costs."""

    LAST_DAY = "later last day"
    PLAN = "another plan"


class Addressed(StrEnum):
    """What may have an earlier address."""

    PROJECT = "project"
    GROUP = "group"


class TakenDown(StrEnum):
    """Why the page of a project was taken down, as far as everybody is told."""

    ASKED = "asked"
    RIGHTS = "rights"
    HARM = "harm"
    RULES = "rules"
    MISTAKE = "mistake"


class PostKind(StrEnum):
    """What somebody wrote about a project. Letters go between one person and the group; thanks go to backers by e-mail."""

    UPDATE = "update"
    QUESTION = "question"
    LETTER = "letter"
    SUPPORT = "support"
    THANKS = "thanks"


class HideReason(StrEnum):
    """Why an officer hides a post, as the place where it stood says it."""

    PERSONAL = "personal details"
    ABUSE = "abuse or threats"
    UNTRUE = "untrue or misleading"
    LAW = "it may break the law"
    ADVERTISING = "advertising"
    OFF_TOPIC = "nothing to do with the project"
    ELECTION = "the time before an election"


class TurnKind(StrEnum):
    """What is asked about a funded project."""

    PURPOSE = "another purpose"
    ENDING = "an end without delivery"
    UNSPENT = "money that is left"
