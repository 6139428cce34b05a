"""The tables of this package, by what they are about."""

from projects.models.addresses import OldAddress
from projects.models.campaigns import Campaign, CampaignCheck, CampaignEvent, CampaignMessage
from projects.models.changes import CampaignChange, CampaignChangeEvent, Extra
from projects.models.delivery import (
    Delivery,
    DeliveryEvent,
    DeliveryTurn,
    DeliveryTurnEvent,
    GroupHandOver,
    GroupHandOverEvent,
)
from projects.models.desk import CheckDraft, CheckQuestion, DeskTake, FundingWord, SecondLook
from projects.models.drafts import DraftCount
from projects.models.evidence import Evidence
from projects.models.groups import Group, Member
from projects.models.help import HelpWanted
from projects.models.helping import Confirmation, LetterToPost, SignedPaper
from projects.models.posts import Post, PostEvent, PostHiding, PostReply, PostWording, QuietPeriod
from projects.models.receiving import GroupHosting, GroupHostingEvent
from projects.models.search import ProjectSearch, ProjectWord
from projects.models.writing import CostLine, InKind, Objective, OtherFunding, Picture, Project, ProjectVersion

__all__ = [
    "Campaign",
    "CampaignChange",
    "CampaignChangeEvent",
    "CampaignCheck",
    "CampaignEvent",
    "CampaignMessage",
    "CheckDraft",
    "CheckQuestion",
    "Confirmation",
    "CostLine",
    "Delivery",
    "DeliveryEvent",
    "DeliveryTurn",
    "DeliveryTurnEvent",
    "DeskTake",
    "DraftCount",
    "Evidence",
    "Extra",
    "FundingWord",
    "Group",
    "GroupHandOver",
    "GroupHandOverEvent",
    "GroupHosting",
    "GroupHostingEvent",
    "HelpWanted",
    "InKind",
    "LetterToPost",
    "Member",
    "Objective",
    "OldAddress",
    "OtherFunding",
    "Picture",
    "Post",
    "PostEvent",
    "PostHiding",
    "PostReply",
    "PostWording",
    "Project",
    "ProjectSearch",
    "ProjectVersion",
    "ProjectWord",
    "QuietPeriod",
    "SecondLook",
    "SignedPaper",
]
