"""Tables of trainings and joint days."""

from app.gatherings.models.bookings import (
    Attendance,
    AttendanceStep,
    Booking,
    BookingStep,
    Certificate,
    Presence,
)
from app.gatherings.models.courses import (
    TOPIC_LABELS,
    Course,
    CourseAudience,
    CourseInterest,
    CoursePrerequisite,
    Room,
    Topic,
)
from app.gatherings.models.feedback import FeedbackMark, FeedbackSheet
from app.gatherings.models.gatherings import Gathering, HeldSeats, Meeting, MeetingTrainer
from app.gatherings.models.trips import (
    Trip,
    TripDebrief,
    TripHost,
    TripPromise,
)

__all__ = [
    "TOPIC_LABELS",
    "Attendance",
    "AttendanceStep",
    "Booking",
    "BookingStep",
    "Certificate",
    "Course",
    "CourseAudience",
    "CourseInterest",
    "CoursePrerequisite",
    "FeedbackMark",
    "FeedbackSheet",
    "Gathering",
    "HeldSeats",
    "Meeting",
    "MeetingTrainer",
    "Presence",
    "Room",
    "Topic",
    "Trip",
    "TripDebrief",
    "TripHost",
    "TripPromise",
]
