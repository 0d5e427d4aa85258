"""Accounts in a text file."""

from .entries import Entry, parse
from .reports import balance, month

__all__ = ["Entry", "parse", "balance", "month"]
