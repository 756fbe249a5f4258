"""Decides who is asked what, and speaks each partner's language."""
