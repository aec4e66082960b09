"""The commands of `chutko`, a subject a file."""
