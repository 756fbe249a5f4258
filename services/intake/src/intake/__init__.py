"""Writes every report down once, well."""
