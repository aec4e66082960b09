"""How fast the models are on this machine, and what they take (`chutko bench`)."""
