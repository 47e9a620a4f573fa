"""The control room: what the user starts. It supervises sensing and stage and sees no pixel."""
