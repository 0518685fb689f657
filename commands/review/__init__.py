"""The command `reports review`: what is known of the reports is looked through and corrected."""
