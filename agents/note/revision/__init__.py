"""Makes a published note anew where an editor asks for it, and checks and keeps the rest."""
