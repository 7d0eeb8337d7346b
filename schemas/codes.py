"""The words of every rating, once."""

from dataclasses import dataclass
from typing import Literal

Status = Literal[
    "kept",
    "on_track",
    "at_risk",
    "off_track",
    "not_kept",
    "ongoing",
    "reported",
    "not_measurable",
    "awaiting_data",
    "not_reported",
    "undetermined",
    "suppressed",
]


@dataclass(frozen=True)
class StatusWords:
    """A rating in Swedish and English, and what it means in one Swedish sentence."""

    label_sv: str
    label_en: str
    meaning_sv: str


STATUS_WORDS: dict[Status, StatusWords] = {
    "kept": StatusWords("Målet nått", "Target met", "Redovisat utfall når målet."),
    "on_track": StatusWords("I takt", "On pace", "Minst jämn takt mot målet."),
    "at_risk": StatusWords("Efter takten", "Behind pace", "Målet kan fortfarande nås."),
    "off_track": StatusWords("Långt efter takten", "Far behind pace", "Nås knappast i nuvarande takt."),
    "not_kept": StatusWords("Målet inte nått", "Target not met", "Allt är redovisat, eller gränsen passerad."),
    "ongoing": StatusWords("Pågår", "Ongoing", "För tidigt att säga."),
    "reported": StatusWords("Redovisat, inget mål", "Reported, no target", "Avtalet anger inget målantal."),
    "not_measurable": StatusWords("Saknar mått", "No measure", "Avtalet anger inget att räkna."),
    "awaiting_data": StatusWords("Väntar på uppgifter", "Awaiting data", "Inte mottaget; det betyder inte noll."),
    "not_reported": StatusWords("Inte redovisat", "Not reported", "Vi har inte fått eller hittat någon redovisning."),
    "undetermined": StatusWords("Går inte att avgöra", "Undetermined", "Uppgifterna räcker inte för ett besked."),
    "suppressed": StatusWords("Visas inte", "Withheld", "För att skydda enskilda."),
}

OWNER_SV = {"police": "Polisen", "municipality": "Kommunen", "both": "Polisen och kommunen"}
# What is agreed, so true also before anything has come.
COUNTED_BY_SV = {
    "self_reported": "Den ansvariga räknar själv",
    "counted_from_rows": "Vi räknar raderna i den ansvarigas uttag",
}
COMPARISON_SV = {
    "at_least": "minst",
    "at_most": "högst",
    "exactly": "exakt",
    "share_at_least": "minst",
    "share_at_most": "högst",
}
# One and several.
BEAT_SV = {"week": ("vecka", "veckor"), "month": ("månad", "månader"), "tertial": ("tertial", "tertial")}
DIRECTION_SV = {
    "increase": "en ökning sedan utgångsmätningen",
    "decrease": "en minskning sedan utgångsmätningen",
}
QUALIFIER_SV = {"exact": "", "at_least": "minst ", "about": "ungefär "}
VALUE_STATUS_SV = {
    "observed": "Redovisat",
    "partial": "Delvis redovisat",
    "preliminary": "Preliminärt",
    "missing": "Saknas",
    "suppressed": "Visas inte",
    "stale": "Inte uppdaterat i tid",
    "not_applicable": "Inget tal för perioden",
}
DELIVERY_STATE_SV = {
    "delivered": "Mottagen",
    "late": "Mottagen för sent",
    "corrected": "Rättad",
    "missing": "Saknas",
    "known_unread": "Redovisning finns men är inte inläst",
    "ended": "Källan har upphört",
    "paused": "Källan redovisar inget då",
}
MEASURED_BY_SV = {**COUNTED_BY_SV, "survey": "En enkät till ett urval av invånarna"}
FINALITY_SV = {
    "preliminary": "Den som lämnar uppgifterna kallar dem preliminära",
    "final": "Den som lämnar uppgifterna kallar dem slutliga",
    "not_stated": "Inte angivet av den som lämnar uppgifterna",
}
AMENDMENT_SV = {
    "extended": "Förlängt",
    "revised": "Ändrat",
    "replaced": "Ersatt",
    "terminated": "Upphört i förtid",
}
EXAMPLE_MARK = "PÅHITTAD"
EXAMPLE_FILE_PREFIX = "PAHITTAD_"
EXAMPLE_NOTICE_SV = (
    "Uppgifterna är påhittade för att visa hur tjänsten fungerar. "
    "De säger inget om vad polisen eller kommunen har gjort."
)
