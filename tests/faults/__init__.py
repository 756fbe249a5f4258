"""The fault matrix: what breaks, and whether anything is lost, doubled or put out of order by it."""
