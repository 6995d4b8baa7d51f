"""Tables of surveys."""

from app.surveys.models.answers import Answer, Cell, CommentCount, ReleasedComment
from app.surveys.models.boxes import Asked, AskedAbout, BallotMark, CommentMark, SealedBox
from app.surveys.models.questions import Question
from app.surveys.models.switch import SurveySwitch
from app.surveys.models.ties import Tie
from app.surveys.models.waves import Wave, WaveQuestion, WaveTeam

__all__ = [
    "Answer",
    "Asked",
    "AskedAbout",
    "BallotMark",
    "Cell",
    "CommentCount",
    "CommentMark",
    "Question",
    "ReleasedComment",
    "SealedBox",
    "SurveySwitch",
    "Tie",
    "Wave",
    "WaveQuestion",
    "WaveTeam",
]
