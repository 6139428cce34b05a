"""The pages of local/ are for a machine of one's own: their modules refuse to load in production."""

from crowdfund_kent.settings import get_settings


def refuse_in_production(module: str) -> None:
    """RuntimeError where real residents are: a page that shows every e-mail must not even exist there."""
    if get_settings().is_production:
        raise RuntimeError(f"{module} shows e-mails and moves the clock: it does not load in production")
