"""What readers see: releases that never change, a pointer written last, and root files that follow it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive.durable import make_folder, sync_folder, write_whole
from archive.ledger import Ledger
from archive.steps import step
from publication.csv_json import json_bytes
from publication.page import render
from publication.release_files import MANIFEST, PAGE
from schemas.delivery import Release
from schemas.errors import LofteError
from schemas.settings import PublishedSettings

INDEX = "index.json"
LATEST = "latest"
UNFINISHED = ".unfinished-"


def refuse_another_states(public: Path, ledger: Ledger, state: Path) -> None:
    """Leave alone what another state has published: this one would count from other deliveries and list only its own.

    A release is in the ledger before anything of it is public, so a state knows all that it has ever published.

    Args:
        public: the published folder.
        ledger: that of the agreement.
        state: where the state is, for people.

    Raises:
        LofteError: when a release is listed that the ledger does not know.
    """
    folder = public / ledger.agreement_id
    known = {release.release_id for release in ledger.releases()}
    unknown = [release_id for release_id in _listed_releases(folder) if release_id not in known]
    if unknown:
        raise LofteError(
            f"{folder / INDEX}: lists the release {unknown[-1]}, which the state in {state} does not know: it was "
            f"published from another state, or after the backup that this one was restored from. Nothing of "
            f"{ledger.agreement_id} was done. Name the right state by --state or LOFTE_STATE (or the right published "
            f"folder by --public or LOFTE_PUBLIC), or bring it back from a newer backup with `lofte restore`. Where it "
            f"is lost for good, move {folder} out of {public}: the next run publishes what this state knows, and what "
            "has been moved is listed no longer"
        )


def _listed_releases(folder: Path) -> list[str]:
    """Return the releases that an agreement's pointer lists, newest last; of a damaged one, those that are there."""
    try:
        return [str(release["release_id"]) for release in json.loads((folder / INDEX).read_bytes())["releases"]]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError):
        return sorted(path.name for path in (folder / "releases").glob("[!.]*") if path.is_dir())


def publish_agreement(
    public: Path,
    agreement_id: str,
    releases: list[Release],
    read: Callable[[str], bytes],
    base_url: str,
) -> None:
    """Put an agreement's releases where readers are, whatever of them is there already.

    Args:
        public: the published folder.
        agreement_id: whose releases.
        releases: all of them, oldest first.
        read: returns kept bytes by their hash.
        base_url: the address of the published folder.
    """
    folder = public / agreement_id
    _refuse_links(folder, folder / "releases")
    newest = releases[-1]
    for release in releases:
        _put_release(folder / "releases", release, read, is_checked=release is newest)
    pointer = _pointer(agreement_id, releases, read, base_url)
    write_if_changed(folder / PAGE, render("releases.html", pointer=pointer))
    write_if_changed(folder / INDEX, json_bytes(pointer))
    _point_latest(folder, newest.release_id)


def publish_root(public: Path, settings: PublishedSettings) -> None:
    """Write the root's list of agreements, from their pointers.

    Raises:
        LofteError: when one is damaged; a list without it would say that it was taken back.
    """
    entries = [_listed(path) for path in sorted(public.glob(f"*/{INDEX}"))]
    root = {"license": "https://creativecommons.org/publicdomain/zero/1.0/", "agreements": entries}
    write_if_changed(public / INDEX, json_bytes(root))
    write_if_changed(public / PAGE, render("index.html", agreements=entries, settings=settings))


def _listed(path: Path) -> dict[str, Any]:
    """Return what the root says of an agreement."""
    try:
        pointer = json.loads(path.read_bytes())
        return {key: pointer[key] for key in pointer if key != "releases"}
    except (ValueError, TypeError) as error:
        raise LofteError(
            f"{path}: is damaged, so the list of all agreements was left as it was. Run the agreement "
            f"{path.parent.name} again, which writes it anew; where there is none, take the folder away"
        ) from error


def write_if_changed(path: Path, content: bytes) -> None:
    """Write a file whole, or leave it alone where it says the same."""
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)


def _refuse_links(*folders: Path) -> None:
    """Write nowhere but under the published folder; only `latest` is a link."""
    for folder in folders:
        if folder.is_symlink():
            raise LofteError(f"{folder} is a symbolic link; releases are written to a real folder only. Take it away.")


def _put_release(folder: Path, release: Release, read: Callable[[str], bytes], *, is_checked: bool) -> None:
    """Make a release's folder appear in one step; in one that is there, put back what has gone missing.

    The newest release is also compared with what was kept, and mended where it has been damaged.
    """
    target = folder / release.release_id
    _refuse_links(target)
    if target.is_dir():
        for path, digest in release.files.items():
            if is_checked:
                write_if_changed(target / path, read(digest))
            elif not (target / path).is_file():
                write_whole(target / path, read(digest))
        return
    make_folder(folder)
    for leftover in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
    workspace = folder / f"{UNFINISHED}{release.release_id}"
    workspace.mkdir()
    for path, digest in release.files.items():
        write_whole(workspace / path, read(digest))
    step("release-folder")
    os.replace(workspace, target)
    sync_folder(folder)


def _pointer(agreement_id: str, releases: list[Release], read: Callable[[str], bytes], base_url: str) -> dict[str, Any]:
    newest = releases[-1]
    manifest = json.loads(read(newest.files[MANIFEST]))
    base = f"{base_url}{agreement_id}/releases"
    return {
        "agreement_id": agreement_id,
        "title_sv": manifest["title_sv"],
        "has_examples": manifest["has_examples"],
        "release_id": newest.release_id,
        "as_of_month": newest.as_of_month,
        "published_on": newest.published_on,
        "url": f"{base}/{newest.release_id}/",
        "files": [{**file, "url": f"{base}/{newest.release_id}/{file['path']}"} for file in manifest["files"]],
        "releases": [
            {
                "release_id": release.release_id,
                "as_of_month": release.as_of_month,
                "published_on": release.published_on,
                "parent": release.parent,
                "url": f"{base}/{release.release_id}/",
            }
            for release in releases
        ],
    }


def _point_latest(folder: Path, release_id: str) -> None:
    """Let `latest` name the newest release; a symbolic link is replaced in one step."""
    link = folder / LATEST
    destination = os.path.join("releases", release_id)
    if link.is_symlink() and os.readlink(link) == destination:
        return
    fresh = folder / f".{LATEST}-new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(destination)
    step("latest")
    os.replace(fresh, link)
    sync_folder(folder)
