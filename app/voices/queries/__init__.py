"""Read what may be told of taps."""
