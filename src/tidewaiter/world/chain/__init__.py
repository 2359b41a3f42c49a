"""Play out what happens to a consignment: order, route, papers, events, transit."""
