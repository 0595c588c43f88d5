"""Designs over parameters and replications: read, sampled, simulated cell by cell, and put in a table."""
