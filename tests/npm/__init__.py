"""npm's clients against the hub: `make test-npm`, for they come from npm's registry."""
