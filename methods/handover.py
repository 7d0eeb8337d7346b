"""Sources that hand over to each other: which one answers for a month."""

from schemas.agreement import Source


def answerable(source: Source, month: str, sources: list[Source]) -> Source:
    """Return the source that answers for a month in a source's place: itself, who took over, or who had it before.

    Only what an agreement says hands a source's part over: that another goes on delivering its own part does not.

    Args:
        source: the source.
        month: the month.
        sources: those that deliver the same.
    """
    found, seen = source, {source.id}
    while (other := _neighbour(found, month, sources)) is not None and other.id not in seen:
        found = other
        seen.add(other.id)
    return found


def is_taken_over(source: Source, month: str, sources: list[Source]) -> bool:
    """Tell whether another source reports about a month that a source is silent about, in its place."""
    return source.silence(month) is not None and answerable(source, month, sources).reports_about(month)


def _neighbour(source: Source, month: str, sources: list[Source]) -> Source | None:
    """Return who has taken over by a month, or who had a source's part before it began."""
    silence = source.silence(month)
    if silence == "ended":
        after = (item for item in sources if item.id == source.taken_over_by)
        return next((item for item in after if item.silence(month) != "not_begun"), None)
    if silence == "not_begun":
        return next((item for item in sources if item.taken_over_by == source.id), None)
    return None
