"""What each rule by which a row is set aside means, in words for the provider."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RuleWords:
    """A rule in one sentence."""

    sv: str
    en: str


RULE_WORDS = {
    "missing_field": RuleWords("Raden har för få fält.", "The row has too few fields."),
    "extra_field": RuleWords("Raden har för många fält.", "The row has too many fields."),
    "blank_row": RuleWords("Raden är tom i alla kolumner som läses.", "The row is blank in every column that is read."),
    "header_again": RuleWords(
        "Raden är rubrikraden en gång till; se efter vad som börjar där.",
        "The row is the header once more; look at what begins there.",
    ),
    "not_a_record": RuleWords("Posten är inget objekt med fält.", "The item is no object with fields."),
    "truth_value": RuleWords(
        "Värdet är sant eller falskt; det ska vara text eller tal.",
        "The value is true or false; it must be text or a number.",
    ),
    "nested_value": RuleWords(
        "Värdet är en lista eller ett objekt; det ska vara text eller tal.",
        "The value is a list or an object; it must be text or a number.",
    ),
    "personal_data": RuleWords(
        "Raden verkar ha innehållit en personuppgift och tömdes innan filen sparades.",
        "The row seems to have held personal data, and was blanked before the file was kept.",
    ),
    "missing_value": RuleWords("Cellen är tom men måste ha ett värde.", "The cell is empty and must hold a value."),
    "control_character": RuleWords(
        "Cellen innehåller ett styrtecken, till exempel en radbrytning.",
        "The cell holds a control character, such as a line break.",
    ),
    "unknown_value": RuleWords(
        "Värdet finns inte i den överenskomna värdelistan.", "The value is not in the agreed list of values."
    ),
    "unexpected_value": RuleWords(
        "Kolumnen ska alltid ha samma överenskomna text.", "The column must always hold the one agreed text."
    ),
    "negative_count": RuleWords("Antalet är negativt.", "The count is negative."),
    "not_a_whole_number": RuleWords("Värdet är inte ett heltal.", "The value is not a whole number."),
    "place_not_valid_then": RuleWords(
        "Platsen fanns inte i avtalet den dagen.", "The place was not one of the agreement's on that day."
    ),
    "not_a_number": RuleWords(
        "Värdet är inte ett tal på det överenskomna sättet.", "The value is not a number in the agreed form."
    ),
    "too_many_decimals": RuleWords(
        "Talet har fler decimaler än vi sparar, som ett uträknat tal som inte har avrundats.",
        "The number has more decimals than are kept, as one that was computed and not rounded.",
    ),
    "not_a_weight": RuleWords("Vikten är inte ett tal större än noll.", "The weight is not a number above zero."),
    "absurd_count": RuleWords("Antalet är orimligt stort.", "The count is absurdly large."),
    "not_a_share": RuleWords(
        "Värdet är inte en andel på det överenskomna sättet.", "The value is not a share in the agreed form."
    ),
    "share_above_one": RuleWords("Andelen är större än 100 procent.", "The share is larger than 100 per cent."),
    "share_or_per_cent": RuleWords(
        "Värdet kan vara en andel eller procent: inget i kolumnen är över 1. Skriv procenttecken.",
        "The value may be a share or per cent: nothing in the column is above 1. Write a per cent sign.",
    ),
    "not_a_date": RuleWords(
        "Värdet är inte ett datum i den överenskomna formen.", "The value is not a date in the agreed form."
    ),
    "no_such_local_time": RuleWords(
        "Tidpunkten finns inte: klockan ställdes fram då.", "There is no such time: clocks went forward then."
    ),
    "outside_the_months_of_the_delivery": RuleWords(
        "Datumet ligger utanför leveransens månader.", "The date is outside the months of the delivery."
    ),
    "outside_the_agreement": RuleWords(
        "Datumet ligger utanför avtalets tid.", "The date is outside the term of the agreement."
    ),
    "before_what_is_reported": RuleWords(
        "Datumet ligger före avtalets eller källans första dag.",
        "The date is before the first day of the agreement or of the source.",
    ),
    "after_what_is_reported": RuleWords(
        "Datumet ligger efter källans sista dag.", "The date is after the last day of the source."
    ),
    "place_in_another_county": RuleWords(
        "Kommunen ligger inte i det län som uppgiften anger.", "The municipality is not in the county that is stated."
    ),
    "not_an_identifier": RuleWords(
        "Beteckningen får bara ha a–z, 0–9 och bindestreck.", "The identifier may hold a–z, 0–9 and hyphens only."
    ),
    "inexact_id": RuleWords(
        "Id:t är ett långt tal med punkt eller exponent: dess sista siffror kan ha ändrats. Skriv det som text.",
        "The id is a long number with a point or exponent, whose last digits may have changed. Write it as text.",
    ),
    "duplicate_row": RuleWords(
        "Raden är helt lik en tidigare rad; den första räknas.", "The row equals an earlier one; the first counts."
    ),
    "contradicting_rows": RuleWords(
        "Flera rader säger olika om samma sak; ingen av dem räknas.",
        "Several rows say different things of the same; none of them counts.",
    ),
}
