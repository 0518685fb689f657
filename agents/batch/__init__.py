"""Many questions at once: workers in processes of their own."""
