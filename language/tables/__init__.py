"""Tables of a language pack that are too large for one file, and what every table is made of."""
