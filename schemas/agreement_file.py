"""An agreement's folder on disk, read and checked as a whole."""

import difflib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.agreement import Agreement
from schemas.corrections import FILE_NAME as CORRECTIONS_FILE_NAME
from schemas.corrections import NO_CORRECTIONS_FILE, CorrectionsFile, correction_problems, read_corrections
from schemas.cross_checks import cross_faults
from schemas.decisions import FILE_NAME as DECISIONS_FILE_NAME
from schemas.decisions import NO_DECISIONS_FILE, DecisionsFile, read_decisions
from schemas.errors import InvalidAgreementError, Problem, SettingsError
from schemas.series import series_faults
from schemas.target_checks import Fault
from schemas.toml_file import read_toml, shown
from schemas.toml_positions import key_lines, line_of
from schemas.unconfirmed import unconfirmed_problems

FILE_NAME = "agreement.toml"
READ = (FILE_NAME, CORRECTIONS_FILE_NAME, DECISIONS_FILE_NAME)
# Parts of the house that this version does not read; a file left unread would be a rule ignored.
NOT_READ_YET = ("statements.toml", "amendments.toml")


@dataclass(frozen=True)
class AgreementFile:
    """A checked agreement with the bytes it was read from."""

    folder: Path
    content: bytes
    agreement: Agreement
    corrections: CorrectionsFile = NO_CORRECTIONS_FILE
    decisions: DecisionsFile = NO_DECISIONS_FILE

    @property
    def content_hash(self) -> str:
        """SHA-256 of agreement.toml."""
        return hashlib.sha256(self.content).hexdigest()


def read_agreement(folder: Path) -> AgreementFile:
    """Read `agreement.toml` of a folder, with what lies beside it, and check that it can be followed up.

    Raises:
        InvalidAgreementError: with every problem found, each with file and line.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise InvalidAgreementError([Problem(shown(path), 1, "there is no such file; see `lofte new`")])
    content = path.read_bytes()
    agreement = _confirmed(content, shown(path))
    faults = [*_folder_faults(folder, agreement), *cross_faults(agreement)]
    corrections, decisions = _corrections(folder), _decisions(folder)
    problems = [
        *_problems(content, shown(path), faults),
        *correction_problems(corrections, agreement),
        *decisions.problems(agreement),
        *_unread_files(folder),
    ]
    if problems:
        raise InvalidAgreementError(problems)
    return AgreementFile(folder, content, agreement, corrections, decisions)


def draft_problem(file: AgreementFile) -> Problem | None:
    """Say where an agreement is said to be a draft; None where it is not."""
    if not file.agreement.is_draft:
        return None
    line = line_of(key_lines(file.content.decode()), ("is_draft",))
    message = (
        "says that this is a draft, of which nothing is published; fill in every line that says CHANGE, then take "
        "is_draft away"
    )
    return Problem(shown(file.folder / FILE_NAME), line, message)


def refuse_draft(file: AgreementFile) -> None:
    """Hold an agreement that is still a draft: its dates and targets are nobody's promise, and could not be taken back.

    Raises:
        InvalidAgreementError: with the line that says so.
    """
    problem = draft_problem(file)
    if problem is not None:
        raise InvalidAgreementError([problem])


def agreement_folders(root: Path) -> list[Path]:
    """List the folders of all agreements under a root, by id."""
    return sorted(path.parent for path in root.glob(f"*/{FILE_NAME}"))


def chosen_folders(root: Path, ids: list[str] | None) -> list[Path]:
    """List the folders of the agreements with these ids, or of all.

    Raises:
        SettingsError: when there is none, one of them is not there, or the list is empty.
    """
    if ids is not None and not ids:
        raise SettingsError("the list of agreements is empty; leave it out for all of them")
    folders = agreement_folders(root)
    known = [folder.name for folder in folders]
    if not folders:
        raise SettingsError(f"there is no agreement in {root}; begin with `lofte new MUNICIPALITY`")
    for agreement_id in ids or []:
        if agreement_id not in known:
            raise SettingsError(f"there is no agreement {agreement_id!r} in {root}; known: {', '.join(known)}")
    return [folder for folder in folders if ids is None or folder.name in ids]


def _confirmed(content: bytes, shown_path: str) -> Agreement:
    """Read an agreement that leaves nothing to confirm; of a line that does, nothing else is told."""
    unconfirmed = unconfirmed_problems(content, shown_path)
    lines = {problem.line for problem in unconfirmed}
    try:
        agreement = read_toml(content, shown_path, Agreement)
    except InvalidAgreementError as error:
        others = [problem for problem in error.problems if problem.line not in lines]
        raise InvalidAgreementError(sorted([*unconfirmed, *others], key=lambda problem: problem.line)) from error
    if unconfirmed:
        raise InvalidAgreementError(unconfirmed)
    return agreement


def _corrections(folder: Path) -> CorrectionsFile:
    path = folder / CORRECTIONS_FILE_NAME
    return read_corrections(path.read_bytes(), shown(path)) if path.is_file() else NO_CORRECTIONS_FILE


def _decisions(folder: Path) -> DecisionsFile:
    path = folder / DECISIONS_FILE_NAME
    return read_decisions(path.read_bytes(), shown(path)) if path.is_file() else NO_DECISIONS_FILE


def _folder_faults(folder: Path, agreement: Agreement) -> Iterator[Fault]:
    if folder.name != agreement.id:
        yield ("id",), f"the folder is named {folder.name!r}; the two must be the same"
    for position, amendment in enumerate(agreement.amendments):
        successor = amendment.replaced_by
        if successor is not None and not (folder.parent / successor / FILE_NAME).is_file():
            yield ("amendments", position, "replaced_by"), f"there is no agreement {successor!r} beside this one"
    yield from series_faults(folder, agreement, FILE_NAME)


def _problems(content: bytes, shown_path: str, faults: Iterable[Fault]) -> list[Problem]:
    lines = key_lines(content.decode())
    found = [Problem(shown_path, line_of(lines, path), message) for path, message in faults]
    return sorted(found, key=lambda problem: problem.line)


def _unread_files(folder: Path) -> Iterator[Problem]:
    """Tell of files of rules that are not read, for a slip in their name or by this version."""
    for path in sorted(folder.glob("*.[Tt][Oo][Mm][Ll]")):
        if path.name in NOT_READ_YET:
            yield Problem(shown(path), 1, "is not read by this version; nothing is published while it is there")
        elif path.name not in READ:
            for meant in difflib.get_close_matches(path.name.lower(), READ, n=1, cutoff=0.75):
                yield Problem(
                    shown(path), 1, f"is not read by that name, did you mean {meant!r}? Rename it, or move it"
                )
