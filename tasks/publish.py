"""Publish: what the ledger says is released is put where readers are; the next run repairs what a crash left."""

import logging
from pathlib import Path

from archive.state import State
from publication.site import publish_agreement, publish_root
from schemas.settings import PublishedSettings
from tasks import step
from warehouse.engine import opened
from warehouse.published import keep_published

LOG = logging.getLogger("lofte.publish")


@step("publish")
def publish_releases(agreement_id: str, state: State, public: Path, settings: PublishedSettings) -> None:
    """Put an agreement's releases, its pointer and the root's list in place, then the rows for readers by SQL."""
    releases = state.ledger(agreement_id).releases()
    publish_agreement(public, agreement_id, releases, state.store.get, settings.base_url)
    publish_root(public, settings)
    with opened(state.warehouse) as connection:
        keep_published(connection, state.warehouse, agreement_id, releases, state.store.get)
    LOG.info("%s: public at %s", agreement_id, releases[-1].release_id)
