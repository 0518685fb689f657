"""Word, PowerPoint and Excel, and the archives they are."""
