"""The tables of this package, by what they are about."""

from pledges.models.comments import SupportMessage
from pledges.models.fund_words import FundQuestion, FundTerms
from pledges.models.funds import (
    DecisionAuthority,
    Funder,
    FundingSource,
    FundRules,
    MatchFund,
    MatchFundEvent,
    PotMovement,
    PotMovementEvent,
    SourceCap,
)
from pledges.models.gift_aid import (
    GiftAidDeclaration,
    GiftAidDeclarationEvent,
    GiftAidRecipient,
    GiftAidRecipientEvent,
)
from pledges.models.gifts import (
    GiftBatch,
    GiftDesk,
    GiftPayment,
    GiftRecovery,
    GiftReturn,
    OfflineGift,
    OfflineGiftEvent,
)
from pledges.models.help import HelpOffer, HelpOfferEvent
from pledges.models.matches import MatchDraw, MatchPledge, MatchPledgeEvent
from pledges.models.pledges import Pledge, PledgeEvent
from pledges.models.unspent import UnspentShare

__all__ = [
    "DecisionAuthority",
    "FundQuestion",
    "FundRules",
    "FundTerms",
    "Funder",
    "FundingSource",
    "GiftAidDeclaration",
    "GiftAidDeclarationEvent",
    "GiftAidRecipient",
    "GiftAidRecipientEvent",
    "GiftBatch",
    "GiftDesk",
    "GiftPayment",
    "GiftRecovery",
    "GiftReturn",
    "HelpOffer",
    "HelpOfferEvent",
    "MatchDraw",
    "MatchFund",
    "MatchFundEvent",
    "MatchPledge",
    "MatchPledgeEvent",
    "OfflineGift",
    "OfflineGiftEvent",
    "Pledge",
    "PledgeEvent",
    "PotMovement",
    "PotMovementEvent",
    "SourceCap",
    "SupportMessage",
    "UnspentShare",
]
