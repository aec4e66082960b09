"""What can go wrong with the database. Light to import: the command line asks for it before anything else."""


class StorageError(Exception):
    """The database cannot be used. The message is a sentence for the operator."""
