"""What people and chats have chosen: language, model, and the like."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import delete, select, update

from storage.database import Database
from storage.schema import preferences

Scope = Literal["person", "chat"]


class Preferences:
    """Values (anything that JSON can say) by owner and key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, scope: Scope, owner_id: int, key: str, default: Any = None) -> Any:
        query = select(preferences.c.value).where(*_owner(scope, owner_id), preferences.c.key == key)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return default if row is None else row[0]

    async def set(self, scope: Scope, owner_id: int, key: str, value: Any) -> None:
        """Choose; None goes back to the default."""
        async with self._database.transaction() as connection:
            if value is None:
                await connection.execute(
                    delete(preferences).where(*_owner(scope, owner_id), preferences.c.key == key)
                )
                return
            put = self._database.insert(preferences).values(
                scope=scope, owner_id=owner_id, key=key, value=value
            )
            await connection.execute(
                put.on_conflict_do_update(
                    index_elements=["scope", "owner_id", "key"], set_={"value": put.excluded.value}
                )
            )

    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        """A group became a supergroup: its choices move along, over any that were made there already."""
        async with self._database.transaction() as connection:
            moving = select(preferences.c.key).where(*_owner("chat", old_id))
            await connection.execute(
                delete(preferences).where(*_owner("chat", new_id), preferences.c.key.in_(moving))
            )
            await connection.execute(
                update(preferences).where(*_owner("chat", old_id)).values(owner_id=new_id)
            )


def _owner(scope: Scope, owner_id: int) -> tuple[Any, Any]:
    return preferences.c.scope == scope, preferences.c.owner_id == owner_id
