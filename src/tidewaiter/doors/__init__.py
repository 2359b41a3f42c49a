"""Let people and machines in: translate, authorise, call; decide nothing."""
