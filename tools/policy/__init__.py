"""What administrators import into their tools, made from the settings' declarations."""
