"""`/docs`: the API to read and to try, without a network.

Swagger UI comes out of the package fastapi-offline; the page around it has no script in it, so that the content security
policy holds for it as well.
"""

from detector.engines.http.reference.page import reference_router

__all__ = ["reference_router"]
