"""How right the models are, measured on labelled data (`chutko evaluate`)."""
