"""Play with whole nodes: an invented world's trade goes through a real node, for demo and figures."""
