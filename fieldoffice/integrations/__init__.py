"""Thin clients for what lies outside the program: services and file formats of other people."""
