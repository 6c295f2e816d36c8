"""The engine with one guard taken out at a time: for each, some fast test must fail."""
