"""Read and write XML documents: WCO declarations and responses, NCTS movements, ASYCUDA declarations."""
