"""What groups and officers send. One question a page wherever a person writes for the first time."""

from projects.forms.groups import (
    DetailsForm,
    GroupForm,
    InviteForm,
    NamesForm,
)
from projects.forms.officers import (
    MessageForm,
    ObjectiveNameForm,
)
from projects.forms.start import CallForm
from projects.forms.writing import (
    ChildrenForm,
    CostForm,
    DescribeForm,
    FoundForm,
    InKindForm,
    LastDayForm,
    LineForm,
    MatchForm,
    ObjectiveForm,
    PermissionForm,
    PictureForm,
    PlaceForm,
    StoryForm,
    StoryPartForm,
    SubmitForm,
    SummaryForm,
    TitleForm,
    TooMuchForm,
    WhoForm,
)

__all__ = [
    "CallForm",
    "ChildrenForm",
    "CostForm",
    "DescribeForm",
    "DetailsForm",
    "FoundForm",
    "GroupForm",
    "InKindForm",
    "InviteForm",
    "LastDayForm",
    "LineForm",
    "MatchForm",
    "MessageForm",
    "NamesForm",
    "ObjectiveForm",
    "ObjectiveNameForm",
    "PermissionForm",
    "PictureForm",
    "PlaceForm",
    "StoryForm",
    "StoryPartForm",
    "SubmitForm",
    "SummaryForm",
    "TitleForm",
    "TooMuchForm",
    "WhoForm",
]
