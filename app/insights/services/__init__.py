"""What people do with insights: write them down, hand them on, say what became of them.

Call `ring("mail")` after the unit of work. Nothing here asks who may do it: that is `access`.
"""

from app.insights.services.answering import decide, hand_to, remind_owners
from app.insights.services.writing import Source, write

__all__ = ["Source", "decide", "hand_to", "remind_owners", "write"]
