"""The whole edition for a reader: stage by stage, every sentence with its basis and its sources."""

import re
from typing import TYPE_CHECKING

from needlework.cli.chapters import learn, measure, plan, recover, screen, treat
from needlework.cli.chapters.words import Lines, table

if TYPE_CHECKING:
    from needlework.protocol.schema.protocol import Protocol

CHAPTERS = (screen.chapter, plan.chapter, treat.chapter, recover.chapter, measure.chapter, learn.chapter)


def protocol(knowledge: "Protocol", *, mend: str) -> Lines:
    """The handbook, with its contents in front."""
    body = [line for part in (*CHAPTERS, _sources) for line in ("", *part(knowledge))]
    yield from _front(knowledge, mend=mend)
    yield from ("", "## Contents", "")
    yield from contents(body)
    yield from body


def _front(knowledge: "Protocol", *, mend: str) -> Lines:
    edition = knowledge.edition
    yield f"# Protocol handbook: {edition.title}"
    yield ""
    yield f"<!-- Generated from protocol/default/*.toml. To change it, change those files and run: {mend} -->"
    yield ""
    yield f"{edition.note.strip()}"
    yield ""
    yield f"Edition `{edition.mark}` of {edition.on}. As shipped it is unsigned; a medical director"
    yield "signs it in the clinic."
    yield ""
    yield "Every sentence says what it rests on: **cited** (a source says so), **derived** (reckoned from"
    yield "sources) or **house** (this edition's own choice). Sources carry a grade: A regulator or label, B"
    yield "paper, C secondary account, D practice page. They are listed at the end, with how much of each was"
    yield "read."
    if any(source.animal for source in knowledge.sources.values()):
        yield "What was found in animals only is marked there, and no patient is told a number of it."


def contents(body: list[str]) -> Lines:
    """The two upper levels of headings, as links."""
    for line in body:
        if found := re.fullmatch(r"(##|###) (.+)", line):
            level, title = found.groups()
            anchor = re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")
            yield f"{'  ' * (len(level) - 2)}- [{title}](#{anchor})"


def _sources(protocol: "Protocol") -> Lines:
    yield from ("## Sources", "")
    rows = []
    for source in sorted(protocol.sources.values(), key=lambda one: one.key):
        named = " ".join(
            f"{part}." for part in (source.authors, source.title, source.published, source.id) if part
        )
        marked = " **In animals.**" if source.animal else ""
        rows.append((source.key, source.grade, named.replace("..", ".") + marked, source.seen))
    yield from table(("key", "grade", "source", "read"), rows)
