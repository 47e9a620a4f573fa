"""The stage: draws the avatar and publishes it. It opens no camera but EmoCam's own."""
