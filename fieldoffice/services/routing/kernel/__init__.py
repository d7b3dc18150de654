"""The search in compiled rooms: arrays (what it works on), dice, timing, places, ruin, recreate, anneal.

Every kernel function is compiled by numba without Python in the loop and without holding the interpreter's lock.
"""
