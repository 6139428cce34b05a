"""The closed lists of this package. Pure."""

from enum import StrEnum


class SeatKind(StrEnum):
    """A place on a fund's panel. A reserve sits only when called, because quorum would fail."""

    CHAIR = "chair"
    DEPUTY = "deputy chair"
    MEMBER = "member"
    RESERVE = "reserve"


class Bar(StrEnum):
    """What an interest means. Barred: no papers, no scores, no vote. The stricter of two counts."""

    BARRED = "bars"
    DECLARED = "declared only"


class Nature(StrEnum):
    """What kind of interest it is. The first four bar; of the last one it is said what it is."""

    MONEY = "money"
    GROUP = "own group"
    FAMILY = "family"
    PLEDGE = "own pledge"
    OTHER = "other"


class Found(StrEnum):
    """How an interest came onto the record."""

    DECLARED = "declared"
    REGISTER = "register"
    SITE = "found by the site"
    CHAIR = "raised by the chair"


class Outcome(StrEnum):
    """What a panel may recommend, and a list decide, of a pitch."""

    AWARD = "award"
    PART = "award in part"
    DEFER = "defer"
    DECLINE = "decline"


class Choice(StrEnum):
    """A vote on a recommendation."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Shown(StrEnum):
    """What the public record of a round says of pitches that got nothing."""

    ENTRY = "entry"  # title, group, scores and reasons
    COUNT = "count"  # only how many


class HoldKind(StrEnum):
    """Held: not decided until somebody else lets go. Audit: the record is sealed as well."""

    HOLD = "hold"
    AUDIT = "referred to audit"


class ReviewOutcome(StrEnum):
    """What a review of process may find. It never decides on money."""

    STANDS = "the decision stands"
    AGAIN = "to be looked at again"


class Exemption(StrEnum):
    """Why words are left out of an answer: section of the Freedom of Information Act 2000."""

    FUTURE = "section 22: to be published later"
    LAW = "section 30 or 31: investigations and law enforcement"
    AUDIT = "section 33: audit"
    AFFAIRS = "section 36: conduct of public affairs"
    PERSONAL = "section 40: personal information"
    CONFIDENCE = "section 41: given in confidence"
    PRIVILEGE = "section 42: legal privilege"
    COMMERCIAL = "section 43: commercial interests"


class Refusal(StrEnum):
    """Why a whole request is refused: sections of the Freedom of Information Act 2000."""

    NOT_HELD = "section 1: we do not hold it"
    COST = "section 12: it would cost too much"
    REPEATED = "section 14: vexatious or repeated"
    ELSEWHERE = "section 21: it can be had elsewhere"
    EXEMPT = "all of it is exempt"
