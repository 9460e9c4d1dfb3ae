"""The confluent-kafka engine, which carries the delivery guarantee.

Four threads, each with one job, each talking to the next through a queue:

    reader (owns the consumer) -> coordinator (owns the pipeline) -> scoring (runs the model)
                                              |-> delivery (owns the producer)

Reading goes on while the model works, so the group never loses a member to a slow model; a thread that dies ends the
process.
"""
