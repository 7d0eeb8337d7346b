"""An invented agreement with three years of invented answers to a survey, drawn by a stratified design."""

import numpy as np

from tests.house import House

ID = "pahittad-1"
SOURCE = "answers"
AGREEMENT = """
id = "pahittad-1"
title_sv = "PÅHITTAT medborgarlöfte"
title_en = "Invented citizen promise"
starts_on = 2023-01-01
is_start_assumed = false
ends_on = 2024-12-31
source_url = "https://example.org/pahittat"

[[municipalities]]
code = "0000"
name = "Påhittad kommun"

[[offices]]
id = "municipality"
name_sv = "Påhittad kommun"
roles = ["deliver"]

[[places]]
id = "municipality"
name_sv = "Påhittad kommun"

[[places]]
id = "centre"
name_sv = "Påhittad tätort"
aliases = ["Tätort"]

[[places]]
id = "countryside"
name_sv = "Påhittad landsbygd"
aliases = ["Landsbygd"]

[[promises]]
id = "safety"
text_sv = "öka den upplevda tryggheten."
text_en = "to raise perceived safety."

[[outcomes]]
id = "safe-outdoors"
promises = ["safety"]
label_sv = "Trygga utomhus sent"
label_en = "Feel safe outdoors late"
question_id = "safe-outdoors-late"
question_sv = "Trygg utomhus sent på kvällen"
source = "answers"
baseline = "last_before_start"

[[outcomes]]
id = "worried"
promises = ["safety"]
label_sv = "Oroliga för brott"
label_en = "Worried about crime"
question_id = "worried-about-crime"
question_sv = "Orolig för att utsättas för brott"
source = "answers"
baseline = "last_before_start"

[[activities]]
id = "walks"
promises = ["safety"]
owner = "municipality"
counted_by = "self_reported"
label_sv = "Trygghetsvandringar"
label_en = "Safety walks"
text_sv = "Kommunen ska öka tryggheten i tätorten och minska oron."
text_en = "The municipality shall raise safety in the centre, and lower worry."
#ACTIVITY

[[sources]]
id = "answers"
title_sv = "Kommunens trygghetsmätning, svar"
provider = "municipality"
is_example = true
location = "deliveries/answers"
file_pattern = "PAHITTAD_svar_{year}_mottagen_{received_on}.csv"
cadence = "year"

[sources.contract]
kind = "survey_answers"
grain = "year"
accumulation = "period"
missing_marks = [".."]
set_aside_share_max = 0.05
whole_area = "municipality"
strata = ["T", "L"]
csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }
columns = { weight = "vikt", stratum = "stratum", area = "omrade" }
constants = { markering = "PÅHITTAD" }

[sources.contract.questions."f1"]
id = "safe-outdoors-late"
yes = ["1", "2"]
no = ["3", "4"]
unanswered = ["9"]

[sources.contract.questions."f2"]
id = "worried-about-crime"
yes = ["1", "2"]
no = ["3", "4"]

[sources.contract.surveys."matning-2022"]
surveyed_on = 2022-10-31
keep_until = 2999-12-31
invited_count = 1500
populations = { T = 9000, L = 4500 }

[sources.contract.surveys."matning-2023"]
surveyed_on = 2023-10-31
keep_until = 2999-12-31
invited_count = 1500
populations = { T = 9000, L = 4500 }

[sources.contract.surveys."matning-2024"]
surveyed_on = 2024-10-31
keep_until = 2999-12-31
invited_count = 1500
populations = { T = 9000, L = 4500 }
"""
HEADER = "vikt;stratum;omrade;f1;f2;markering"
# How many feel safe in the centre and in the countryside, and how many worry.
LEANINGS = {2022: (0.45, 0.70, 0.40), 2023: (0.48, 0.70, 0.38), 2024: (0.60, 0.72, 0.37)}


def answers_of(year: int, centre: int = 450, countryside: int = 250) -> str:
    """Return a year's answers as a delivery."""
    random = np.random.default_rng(year)
    safe_centre, safe_countryside, worried = LEANINGS[year]
    lines = [HEADER]
    for count, size, name, stratum, safe in (
        (centre, 9000, "Tätort", "T", safe_centre),
        (countryside, 4500, "Landsbygd", "L", safe_countryside),
    ):
        for _ in range(count):
            weight = f"{size / count:.4f}".replace(".", ",")
            first = (
                "9" if random.random() < 0.03 else str(int(random.choice([1, 2] if random.random() < safe else [3, 4])))
            )
            second = str(int(random.choice([1, 2] if random.random() < worried else [3, 4])))
            lines.append(f"{weight};{stratum};{name};{first};{second};PÅHITTAD")
    return "\n".join(lines) + "\n"


def with_invented_survey(house: House, activity: str = "", years: tuple[int, ...] = (2022, 2023, 2024)) -> House:
    """Put the agreement and its deliveries in."""
    folder = house.agreements / ID
    folder.mkdir()
    (folder / "agreement.toml").write_text(AGREEMENT.replace("#ACTIVITY", activity), "utf-8")
    for year in years:
        house.deliver(ID, SOURCE, f"PAHITTAD_svar_{year}_mottagen_{year}-12-10.csv", answers_of(year))
    return house


SHARES_CONTRACT = """[sources.contract]
kind = "survey_shares"
grain = "year"
accumulation = "period"
date_form = "YYYY-MM-DD"
missing_marks = [".."]
set_aside_share_max = 0.5
share_unit = "percent"
design_effect = 1.4
design_effect_reason_sv = "PÅHITTAD."
csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }
constants = { markering = "PÅHITTAD" }

[sources.contract.columns]
survey = "matning"
question = "fraga"
area = "omrade"
surveyed_on = "matdatum"
share = "andel"
respondents_count = "svar"

[sources.contract.questions]
"Trygg" = "safe-outdoors-late"
"Orolig" = "worried-about-crime"
"""
SHARES_HEADER = "matning;fraga;omrade;matdatum;andel;svar;markering"


def with_invented_shares(house: House, safe_in_the_centre: dict[int, str | None]) -> House:
    """Put the agreement in with shares that somebody else has published.

    Args:
        house: where.
        safe_in_the_centre: the cell of each year that is delivered; None where its row is left out.
    """
    text = AGREEMENT.replace("#ACTIVITY", DIRECTIONS)
    folder = house.agreements / ID
    folder.mkdir()
    (folder / "agreement.toml").write_text(text[: text.index("[sources.contract]")] + SHARES_CONTRACT, "utf-8")
    for year, share in safe_in_the_centre.items():
        of_year = f"matning-{year};{{}};Tätort;{year}-10-31;{{}};400;PÅHITTAD"
        rows = [of_year.format("Orolig", "40,0"), *([of_year.format("Trygg", share)] if share else [])]
        name = f"PAHITTAD_svar_{year}_mottagen_{year}-12-10.csv"
        house.deliver(ID, SOURCE, name, "\n".join([SHARES_HEADER, *rows, ""]))
    return house


DIRECTIONS = """
[[activities.indicators]]
id = "safe"
role = "outcome"
label_sv = "Trygga utomhus sent, tätorten"
label_en = "Feel safe outdoors late, centre"
unit = "andel"
quantity = "count"
definition_sv = "Andel som känner sig trygga utomhus sent på kvällen, enligt kommunens trygghetsmätning."

[[activities.indicators]]
id = "worried"
role = "outcome"
label_sv = "Oroliga för brott, hela kommunen"
label_en = "Worried about crime, whole municipality"
unit = "andel"
quantity = "count"
definition_sv = "Andel som oroar sig för att utsättas för brott, enligt kommunens trygghetsmätning."

[[activities.targets]]
id = "raise-safety"
indicator = "safe"
comparison = "increase"
outcome = "safe-outdoors"
area = "centre"
wording_sv = "öka tryggheten i tätorten"
period_wording = "agreement"

[[activities.targets.readings]]
id = "whole-term"
label_sv = "under hela avtalstiden"
period = "agreement"
is_rated = true

[[activities.targets.readings]]
id = "calendar-year"
label_sv = "per kalenderår"
period = "calendar_year"
is_rated = false

[[activities.targets]]
id = "lower-worry"
indicator = "worried"
comparison = "decrease"
outcome = "worried"
area = "municipality"
wording_sv = "minska oron"
period_wording = "agreement"

[[activities.targets.readings]]
id = "whole-term"
label_sv = "under hela avtalstiden"
period = "agreement"
is_rated = true
"""
