"""What is told once, what the user says of that, and each channel's way to the user."""
