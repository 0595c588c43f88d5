"""Speed and memory of the model on this machine, beside plain Mesa on a simple month."""
