"""Why it does not work: checks in the order in which things go wrong."""
