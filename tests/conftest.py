"""Puts this folder on the path, so that tests share realdata.py, handmade.py and rules.py."""
