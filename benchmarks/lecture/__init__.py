"""A simulated class at a simulated lecture, for the report's pictures and figures."""
