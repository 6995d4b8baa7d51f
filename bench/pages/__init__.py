"""Whether pages about published waves cost the same however much was answered."""
