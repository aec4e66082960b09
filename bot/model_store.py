"""The model store that the settings name."""

from __future__ import annotations

from skills import Catalog, Store

from .config import Settings


def open_store(settings: Settings, catalog: Catalog) -> Store:
    models = settings.models
    return Store(
        models.root,
        catalog,
        models.index_url,
        hub_url=models.hub_url,
        hub_token=models.hub_token.get_secret_value().strip(),
    )
