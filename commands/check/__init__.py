"""The command `check`: a draft is read, looked up sentence by sentence, and handed back with what was found."""
