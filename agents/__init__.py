"""Who decides: savers, employers, fund managers.

A rule of behaviour is a pure function of what that actor may know: arrays in, decisions out. This package
imports nothing of the other two, so that no rule can look at what its actor could not see, such as the true
drift of the market.
"""
