"""Hold the verbs of a consignment's journey, in order; data flows down, imports point up."""
