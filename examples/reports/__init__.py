"""The shipped sample reports, from invented institutions."""
