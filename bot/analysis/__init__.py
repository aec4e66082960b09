"""`chutko analyze`, a subject a file: what is looked at, the work, and where results go."""
