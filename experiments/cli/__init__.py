"""The `thirdwave` command. Only the standard library is imported until a command needs more."""
