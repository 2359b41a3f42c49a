"""Answer what was received in its own protocol: CONTRL, CUSRES, WCO Response, NCTS rejections, problem details."""
