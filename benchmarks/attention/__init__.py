"""Attention measured: ``python -m benchmarks.attention``; the tables of docs/attention.md."""
