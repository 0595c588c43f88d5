"""Figures: one idea a file, drawn from the tables of a result folder and from nothing else.

The modules of this package import matplotlib and seaborn; import them where a figure is wanted and not
before.
"""
