"""How long the close of a survey wave takes, beside the least that any close must do."""
