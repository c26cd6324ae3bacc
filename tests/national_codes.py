"""Invented national codes: nine digits and the check digit of the rule."""

from __future__ import annotations


def code(number: int) -> str:
    nine = f"{number:09d}"
    rest = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return f"{nine}{rest if rest < 2 else 11 - rest}"


def mistyped(right: str) -> str:
    """The same code with a wrong check digit."""
    return f"{right[:9]}{(int(right[9]) + 1) % 10}"


def persian(text: str) -> str:
    return text.translate({ord("0") + digit: 0x06F0 + digit for digit in range(10)})


def dashed(right: str) -> str:
    return f"{right[:3]}-{right[3:9]}-{right[9]}"
