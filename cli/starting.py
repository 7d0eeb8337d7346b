"""`lofte new`: a commented folder for an agreement, which passes `lofte check` as it stands, and no run publishes."""

import re
import sys
import unicodedata

from schemas.agreement_file import FILE_NAME, read_agreement
from schemas.errors import SettingsError
from schemas.settings import read_settings

_TEMPLATE = """#:schema ../../schemas/agreement.schema.json
# {title}. Every line that says CHANGE is yours to fill in; `lofte check` tells what does not fit.
# Nothing is published until is_draft is taken away; an end and targets that have been published are only amended.
# Leave out what is not known. Never guess: words that are not copied from the agreement are "not_transcribed".

id = "{id}"                                # stable for ever; the number is not a year
is_draft = true                            # take this line away when nothing below says CHANGE any longer
title_sv = "{title}"                       # CHANGE: add the years
title_en = "Citizen promise, {name}"       # CHANGE
starts_on = 2025-01-01                     # CHANGE
is_start_assumed = false                   # true where the agreement does not say; then say why in start_note_sv
ends_on = 2026-12-31                       # CHANGE
source_url = "https://example.org/"        # CHANGE: where the agreement is published

[[municipalities]]
code = "{code}"                              # CHANGE where it says 0000
name = "{name}"

[[offices]]                                # offices, never persons' names
id = "police"
name_sv = "Polisen"
roles = ["deliver"]

[[promises]]                               # what is to become better, word for word
id = "traffic"
text_sv = "not_transcribed"                # CHANGE
text_en = "not_transcribed"                # CHANGE

[[activities]]                             # what a party will do
id = "traffic-controls"
promises = ["traffic"]                     # [] where the agreement ties it to no promise
owner = "police"                           # police, municipality or both
counted_by = "self_reported"               # or counted_from_rows
label_sv = "Trafikkontroller"
label_en = "Traffic controls"
text_sv = "not_transcribed"                # CHANGE: word for word
text_en = "not_transcribed"
sources = ["reported"]

[[activities.indicators]]
id = "controls"
role = "output"                            # output, result or outcome
label_sv = "Trafikkontroller"
label_en = "Traffic controls"
unit = "kontroll"
quantity = "count"
disclosure_unit = "occasion"               # occasion, establishment or person; left out means person
definition_sv = "Vad som räknas som en kontroll är inte beskrivet." # CHANGE: what is one?

[[activities.targets]]                     # leave the whole block out where the agreement gives no number
id = "thirty-a-year"
indicator = "controls"
comparison = "at_least"                    # at_least, at_most or exactly
value = 30                                 # CHANGE
wording_sv = "not_transcribed"             # CHANGE: the words the number was read from
period_wording = "per_year"

[[activities.targets.readings]]            # one for each way to read the words; exactly one is rated
id = "calendar-year"
label_sv = "per kalenderår"
period = "calendar_year"                   # calendar_year, year_from_signing or agreement
is_rated = true

[[sources]]
id = "reported"
title_sv = "Polisens redovisning"
provider = "police"
is_example = true                          # CHANGE to false when real deliveries come; until then marked PÅHITTAD
location = "deliveries/reported"           # a folder beside this file, or any address that fsspec knows
file_pattern = "redovisat_{{year}}.csv"      # {{from}} {{to}} {{month}} {{tertial}} {{year}} {{received_on}}
cadence = "year"
# due_day = 15                             # day of the month after the period, where one is agreed

[sources.contract]                         # how a delivery looks, and what each cell means
kind = "reported_totals"                   # or occasion_rows, survey_shares, survey_answers
grain = "year"
accumulation = "period"
missing_marks = []
set_aside_share_max = 0                    # held when a larger share of its rows cannot be read
csv = {{ encoding = "utf-8", delimiter = ";", decimal_mark = "," }}
columns = {{ indicator = "uppgift", value = "antal", qualifier = "precision" }}
qualifiers = {{ "exakt" = "exact", "minst" = "at_least", "cirka" = "about" }}

[sources.contract.indicators]
"Trafikkontroller" = "traffic-controls/controls"
"""


def start_agreement(municipality: str, code: str) -> int:
    """Write a starter for a municipality and check it.

    Raises:
        SettingsError: when the name or code cannot be used.
    """
    if not re.fullmatch(r"[0-9]{4}", code):
        raise SettingsError("--code takes four digits, with the leading zero, such as 0687")
    slug = _slug(municipality)
    if not re.fullmatch(r"[^\W\d_]+([ '-][^\W\d_]+)*", municipality) or not 1 < len(slug) <= 40:
        raise SettingsError("a municipality's name is Latin letters, with spaces or hyphens between, such as Tranås")
    root = read_settings().agreements
    number = 1 + max((_number(path.name, slug) for path in root.glob("*") if path.is_dir()), default=0)
    folder = root / f"{slug}-{number}"
    text = _TEMPLATE.format(id=folder.name, name=municipality, code=code, title=f"Medborgarlöfte {municipality}")
    folder.mkdir(parents=True)
    (folder / FILE_NAME).write_text(text, "utf-8")
    (folder / "deliveries" / "reported").mkdir(parents=True)
    read_agreement(folder)
    sys.stdout.write(
        f"{folder / FILE_NAME} is begun. Fill in what says CHANGE, take is_draft away, put deliveries in "
        f"{folder / 'deliveries' / 'reported'}, then `lofte check` and `lofte run {folder.name}`.\n"
    )
    return 0


def _slug(name: str) -> str:
    """Write a name in the letters of an id.

    >>> _slug("Upplands Väsby"), _slug("Tranås")
    ('upplands-vasby', 'tranas')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _number(folder: str, slug: str) -> int:
    match = re.fullmatch(rf"{re.escape(slug)}-([0-9]+)", folder)
    return int(match[1]) if match else 0
