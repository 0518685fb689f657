"""What a person is shown of a library that was handed over."""
