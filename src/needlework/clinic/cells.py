"""Words that somebody typed, as they may stand in a table that a spreadsheet opens."""

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula, in either width of letters."""


def text(typed: str) -> str:
    """
    So that no spreadsheet takes it for a formula, also where it leaves out the blanks before it.

    >>> text("=1+1"), text(" \\t@SUM(A1)"), text("Ada")
    ("'=1+1", "' \\t@SUM(A1)", 'Ada')
    """
    return f"'{typed}" if typed.lstrip().startswith(FORMULA) or typed[:1].isspace() else typed
