"""The word that somebody may have meant."""

import difflib
from collections.abc import Iterable


def nearest(word: str, words: Iterable[str]) -> str | None:
    """
    The one of `words` that is most like `word`, None where none is.

    >>> nearest("cheks", ["chin", "cheeks"])
    'cheeks'
    """
    return next(iter(difflib.get_close_matches(word, list(words), n=1)), None)


def did_you_mean(word: str, words: Iterable[str], *, otherwise: str) -> str:
    """
    A question that names the nearest word, or what else to do.

    >>> did_you_mean("knee", ["chin", "cheeks"], otherwise="One of: chin, cheeks.")
    'One of: chin, cheeks.'
    """
    near = nearest(word, words)
    return f'Did you mean "{near}"?' if near else otherwise
