"""Reading people: one file per thing that is looked up."""
