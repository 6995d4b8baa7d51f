"""Pages of one's own data, and HR's pages of those who left."""
