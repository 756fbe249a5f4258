"""Watches every promise over the whole chain."""
