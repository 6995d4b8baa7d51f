"""The shell every page shares: who may come in, forms, languages, errors, lists."""
