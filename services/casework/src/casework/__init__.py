"""Directs the cases that need more than forwarding."""
