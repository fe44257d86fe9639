"""What came back of points that were spent."""

from datetime import datetime

import strawberry

from resolvers.scalars import Points


@strawberry.type(
    description="What came back of the points: all of them; among them those past their date that live on until "
    "extendedUntil, and those that are lost by it."
)
class ReturnedPoints:
    """By the programme's policy for points past their date."""

    points: Points
    extended: Points
    lost: Points
    extended_until: datetime | None
