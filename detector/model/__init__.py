"""The model bundle: what its manifest promises, how it is loaded, and how ONNX Runtime runs it."""
