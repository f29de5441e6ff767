"""Needlework: the open clinic system for microneedling."""
