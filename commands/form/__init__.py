"""The command `form`: forms are sent out to partners, and what comes back is taken into the library."""
