"""Whole pence to text and back, and shares that sum exactly. Pure; no float, no Decimal."""

import re
from collections.abc import Sequence
from typing import Final

BASIS_POINTS: Final = 10_000
_AMOUNT = re.compile(r"£?([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.([0-9]{2}))?", re.ASCII)


class AmountError(ValueError):
    """The text is no amount. `message` says what to type instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def parse_amount(text: str, *, least_pence: int = 1, most_pence: int | None = None) -> int:
    """Pence from what a person typed: 1000 · 1,000 · £1,000.00 · spaces (domain.md, ruling 16).

    Raises AmountError with what to type instead for an empty text, other digits, more than two decimals, a sign,
    an exponent, and amounts under `least_pence` or over `most_pence`.
    """
    compact = re.sub(r"[\s\u00a0\u202f]+", "", text)
    if not compact:
        raise AmountError("Enter an amount in pounds, like 20 or 12.50")
    match = _AMOUNT.fullmatch(compact)
    if match is None:
        raise AmountError(_what_instead(compact))
    pence = int(match[1].replace(",", "")) * 100 + int(match[2] or 0)
    if pence < least_pence:
        raise AmountError(f"Enter {pounds(least_pence)} or more")
    if most_pence is not None and pence > most_pence:
        raise AmountError(f"Enter {pounds(most_pence)} or less, or ask us about a larger amount")
    return pence


def _what_instead(compact: str) -> str:
    if compact.startswith(("-", "−")):
        return "Enter an amount above nothing, like 20, without a minus sign"
    if re.fullmatch(r"£?[0-9,]+\.[0-9]*", compact, re.ASCII):
        return "Enter pounds and pence with two figures after the point, like 12.50"
    return "Enter an amount using figures 0 to 9, like 20 or 1,000.00"


def pounds(pence: int) -> str:
    """£1,234.50; whole pounds without pence: £1,234."""
    sign, rest = ("−" if pence < 0 else ""), abs(pence)
    whole, odd = divmod(rest, 100)
    return f"{sign}£{whole:,}" if odd == 0 else f"{sign}£{whole:,}.{odd:02d}"


def pounds_exact(pence: int) -> str:
    """£1,234.00: with its pence always, as in tables that must line up."""
    sign, rest = ("−" if pence < 0 else ""), abs(pence)
    return f"{sign}£{rest // 100:,}.{rest % 100:02d}"


def share(amount: int, bp: int) -> int:
    """`bp` basis points of `amount`, rounded down."""
    return amount * bp // BASIS_POINTS


def ratio_bp(numerator: int, denominator: int) -> int | None:
    """numerator / denominator in basis points, half up; None when there is nothing to divide by."""
    if denominator == 0:
        return None
    return (2 * numerator * BASIS_POINTS + denominator) // (2 * denominator)


def whole_pounds(pence: int) -> int:
    """Pence rounded down to a whole pound."""
    return pence // 100 * 100


def split_pence(total: int, weights: Sequence[int]) -> list[int]:
    """`total` shared by `weights`: largest remainder, ties to the first. Sums exactly; all zero weights raise ValueError.

    >>> split_pence(100, [1, 1, 1])
    [34, 33, 33]
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be 0 or more, and one above 0")
    if total < 0:
        raise ValueError("total must be 0 or more")
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts
