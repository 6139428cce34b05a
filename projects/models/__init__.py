"""The tables of this package, by what they are about."""

from projects.models.campaigns import Campaign, CampaignCheck, CampaignEvent, CampaignMessage
from projects.models.groups import Group, Member
from projects.models.writing import CostLine, InKind, Objective, OtherFunding, Picture, Project, ProjectVersion

__all__ = [
    "Campaign",
    "CampaignCheck",
    "CampaignEvent",
    "CampaignMessage",
    "CostLine",
    "Group",
    "InKind",
    "Member",
    "Objective",
    "OtherFunding",
    "Picture",
    "Project",
    "ProjectVersion",
]
