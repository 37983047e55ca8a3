"""Networks that read several kinds of columns at once."""
