"""What a person is shown of a draft that was checked."""
