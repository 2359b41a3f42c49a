"""Say once what several messages say alike: parties, goods, means of transport, moments, codes."""
