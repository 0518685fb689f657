"""What a person is shown of forms that were made, and of those that came back."""
