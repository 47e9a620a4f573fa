"""Where frames go: one small file a target and platform behind :class:`.base.Sink`."""
