"""What makes the installers; it is no part of the installed program."""
