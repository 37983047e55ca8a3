"""From files to typed columns, an honest split and arrays. Never imports torch."""
