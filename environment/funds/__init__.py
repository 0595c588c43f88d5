"""Funds: what they hold, what they charge and what they pay out."""
