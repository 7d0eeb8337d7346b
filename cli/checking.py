"""`lofte check`: settings and agreements, every problem with file and line."""

import sys

from schemas.agreement_file import agreement_folders, read_agreement
from schemas.errors import NOTHING_DONE, PUBLISHED, InvalidAgreementError
from schemas.settings import read_settings


def check_agreements() -> int:
    """Check everything that a person writes; return 0 when nothing is wrong."""
    settings = read_settings()
    folders = agreement_folders(settings.agreements)
    problems = 0
    for folder in folders:
        try:
            file = read_agreement(folder)
        except InvalidAgreementError as error:
            problems += len(error.problems)
            sys.stdout.write("".join(f"{problem}\n" for problem in error.problems))
            continue
        agreement = file.agreement
        targets = sum(len(activity.targets) for activity in agreement.activities)
        sys.stdout.write(
            f"{agreement.id}: good; {len(agreement.activities)} activities, {targets} targets, "
            f"{len(agreement.sources)} sources\n"
        )
        for activity in agreement.activities:
            for indicator in activity.indicators:
                if indicator.disclosure_unit is None:
                    sys.stdout.write(
                        f"{agreement.id}: note: {activity.id}/{indicator.id} declares no disclosure_unit and is "
                        "protected like a person\n"
                    )
    if not folders:
        sys.stdout.write(f"there is no agreement in {settings.agreements}; begin with `lofte new MUNICIPALITY`\n")
        return NOTHING_DONE
    return NOTHING_DONE if problems else PUBLISHED
