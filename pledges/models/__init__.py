"""The tables of this package, by what they are about."""

from pledges.models.comments import SupportMessage
from pledges.models.funds import DecisionAuthority, Funder, FundingSource, FundRules, MatchFund, SourceCap
from pledges.models.help import HelpOffer, HelpOfferEvent
from pledges.models.matches import MatchDraw, MatchPledge, MatchPledgeEvent
from pledges.models.pledges import Pledge, PledgeEvent
from pledges.models.unspent import UnspentShare

__all__ = [
    "DecisionAuthority",
    "FundRules",
    "Funder",
    "FundingSource",
    "HelpOffer",
    "HelpOfferEvent",
    "MatchDraw",
    "MatchFund",
    "MatchPledge",
    "MatchPledgeEvent",
    "Pledge",
    "PledgeEvent",
    "SourceCap",
    "SupportMessage",
    "UnspentShare",
]
