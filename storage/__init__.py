"""Everything that knows the database."""

from ._errors import StorageError

__all__ = ["StorageError"]
