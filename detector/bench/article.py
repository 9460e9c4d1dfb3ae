"""The article that the product starts from: DistilBERT on ONNX, one user, 24 vCPUs; and one on opinion mining."""

ARTICLE_TOKENS = 512
"""Of each text, the two special ones counted."""

ARTICLE_RATE = 12.71
"""Requests per second."""

ARTICLE_P99_MS = 116.0
"""Its tp99 in the comparison of models."""

ARTICLE_AVERAGE_MS, ARTICLE_LOAD_P99_MS = 77.25, 110.67
"""Average and tp99 of its load run with JMeter."""

REVIEWS = 1000
REVIEWS_BEFORE_SECONDS, REVIEWS_AFTER_SECONDS = 133 * 60.0, 18.0
"""What an article on opinion mining took for so many reviews, before and after it moved to ONNX Runtime."""
