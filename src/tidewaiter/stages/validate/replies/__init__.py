"""Answer what was received in its own protocol: CONTRL, CUSRES, WCO responses, NCTS, problem details."""

from tidewaiter.stages.validate.replies.manual import replies_markdown
from tidewaiter.stages.validate.replies.model import Reply
from tidewaiter.stages.validate.replies.service import REPLIES, fitting, reply

__all__ = ["REPLIES", "Reply", "fitting", "replies_markdown", "reply"]
