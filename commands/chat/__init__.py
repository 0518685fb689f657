"""The command `chat`: its prompt, the talk behind it, and the desk that carries out what is asked there."""
