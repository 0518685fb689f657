"""What servers answer, in all the forms they give it: text, tokens, refusals, and the JSON that was asked for."""
