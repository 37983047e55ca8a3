"""The reports' sentences, one file an area: key → (English, 中文). See base/catalogue.py."""
