"""Hold what every stage stands on: small, dull, slow to change."""
