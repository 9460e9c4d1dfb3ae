"""The analyst's console: a page, and what it asks for.

`ports` says what is needed of a Kafka, `memory` is one that needs none, `console` puts the routers together. The blocking
side lives in `detector.operations.console`.
"""
