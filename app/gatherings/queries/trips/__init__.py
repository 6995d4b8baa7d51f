"""What is known of field trips and joint days."""
