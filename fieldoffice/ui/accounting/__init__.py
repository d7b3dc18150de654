"""Accounting: what customers owe, its papers, the money that comes in, and the books."""
