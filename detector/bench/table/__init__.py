"""The article's tables with our models in them: teacher, student, ONNX, int8; and its kin's test with 1,000 reviews."""
