"""A letter to an office whose delivery is late: what is missing, how it should look, and what is shown meanwhile."""

from methods.delivered import spanned_months
from methods.months import month_list_sv
from methods.periods import DuePeriod
from schemas.agreement import Agreement, Source
from schemas.contract import Contract, expected_headers
from schemas.delivery import Receipt
from schemas.layout import CsvDialect, XlsxSheet
from schemas.settings import PublishedSettings

_ENCODING_SV = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 med BOM", "windows-1252": "Windows-1252"}
_DELIMITER_SV = {",": "komma", ";": "semikolon", "\t": "tabb", "|": "lodstreck"}
_CADENCE_SV = {"month": "månad", "tertial": "tertial", "year": "år", "agreement": "avtalstid"}


def reminder_sv(
    agreement: Agreement, source: Source, late: list[DuePeriod], unread: list[Receipt], settings: PublishedSettings
) -> str:
    """Write the letter, ready to send; it names offices and files, and no figure.

    Args:
        agreement: the agreement.
        source: whose deliveries are late.
        late: what has not come, oldest first; at least one.
        unread: what has come from the source and could not be read yet.
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
            *_unread_sv(unread),
            "",
            "Så här ska de se ut:",
            f"- En fil för varje {_CADENCE_SV[source.cadence]}, {_layout_sv(source.contract)}",
            f"- Filens namn: {source.file_pattern}",
            f"- Kolumner: {columns}",
            "- Fanns det inget att redovisa? Skriv det till oss. En tom fil räknas aldrig som noll.",
            "- Skriv inga uppgifter om enskilda personer i filen.",
            _where_sv(source, settings),
            "",
            f"Till dess står det på {settings.base_url}{agreement.id}/ att uppgifterna saknas. Det betyder inte noll.",
            "Kan ni inte lämna dem, eller har någon annan tagit över, så säg till.",
            "",
            "Vänliga hälsningar",
            f"{settings.publisher_name}, {settings.contact_email}",
        ]
    )


def _unread_sv(unread: list[Receipt]) -> list[str]:
    months = sorted(spanned_months(unread))
    if not months:
        return []
    return [
        f"Det som har kommit för {month_list_sv(months)} har vi inte kunnat läsa in än; det påminner vi inte om här."
    ]


def _where_sv(source: Source, settings: PublishedSettings) -> str:
    """Say where the file goes: an address of its own is for files, a folder here is reached by mail."""
    if "://" in source.location:
        return f"- Lämna filen på {source.location}"
    return f"- Skicka filen till {settings.contact_email}"


def _layout_sv(contract: Contract) -> str:
    layout = contract.layout
    packed = " i ett ZIP-arkiv" if contract.zip else ""
    if isinstance(layout, XlsxSheet):
        return f"en Excelbok (XLSX) med bladet {layout.sheet}{packed}"
    if isinstance(layout, CsvDialect):
        parts = f"{_ENCODING_SV[layout.encoding]}, {_DELIMITER_SV[layout.delimiter]} mellan kolumnerna"
        return f"en CSV-fil ({parts}){packed}"
    return f"en JSON-fil{packed}"
