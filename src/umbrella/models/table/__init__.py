"""Networks for tables: columns of numbers, categories and times."""
