"""A letter to an office whose delivery is late: what is missing, how it should look, and what is shown meanwhile."""

from methods.months import month_list_sv
from methods.periods import DuePeriod
from schemas.agreement import Agreement, Source
from schemas.contract import expected_headers
from schemas.settings import PublishedSettings


def reminder_sv(agreement: Agreement, source: Source, late: list[DuePeriod], settings: PublishedSettings) -> str:
    """Write the letter, ready to send; it names offices and files, and no figure.

    Args:
        agreement: the agreement.
        source: whose deliveries are late.
        late: what has not come, oldest first; at least one.
        settings: who publishes, and where.
    """
    office = next(item.name_sv for item in agreement.offices if item.id == source.provider)
    months = month_list_sv([month for item in late for month in item.months()])
    columns = ", ".join(expected_headers(source.contract))
    example = " (PÅHITTAT exempel)" if source.is_example else ""
    return "\n".join(
        [
            f"Till: {office}",
            f"Ämne: Uppgifter till {agreement.title_sv} har inte kommit{example}",
            "",
            f"Hej! Vi har inte fått uppgifterna från {source.title_sv} för {months}.",
            f"De skulle ha kommit senast {late[-1].due_on}."
            if len(late) == 1
            else f"De skulle ha kommit senast {late[0].due_on} och därefter, den sista {late[-1].due_on}.",
            "",
            "Så här ska de se ut:",
            f"- Filens namn: {source.file_pattern}",
            f"- Kolumner: {columns}",
            "- Fanns det inget att redovisa? Skriv det till oss. En tom fil räknas aldrig som noll.",
            "- Skriv inga uppgifter om enskilda personer i filen.",
            "",
            f"Till dess står det på {settings.base_url}{agreement.id}/ att uppgifterna saknas. Det betyder inte noll.",
            "Kan ni inte lämna dem, eller har någon annan tagit över, så säg till.",
            "",
            "Vänliga hälsningar",
            f"{settings.publisher_name}, {settings.contact_email}",
        ]
    )
