"""The papers of an installer: what EmoCam is made of (SBOM), and every licence in full."""
