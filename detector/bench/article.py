"""The article that the product starts from: DistilBERT on ONNX, one user, 24 vCPUs."""

ARTICLE_TOKENS = 512
"""Of each text, the two special ones counted."""

ARTICLE_RATE = 12.71
"""Requests per second."""

ARTICLE_P99_MS = 116.0
"""Its tp99 in the comparison of models."""
