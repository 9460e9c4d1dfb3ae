"""The first stage of a bundle: taught by the whole model what it would never call, cut out of its graph, measured."""
