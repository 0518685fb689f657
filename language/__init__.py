"""What words mean, as data: languages, figures, years, places, terms. Knows no store and no model."""
