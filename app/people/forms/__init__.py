"""What people enter about themselves, others and the organisation."""
