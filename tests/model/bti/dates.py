"""Local dates and instants. An instant is a whole number of microseconds since 1970 in UTC."""

import calendar
import datetime
import functools
import re
import zoneinfo

DAY = datetime.timedelta(days=1)
MICROSECOND = datetime.timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?Z")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Zone:
    """Between instants and local dates of one time zone."""

    def __init__(self, name="Europe/Oslo"):
        self.zone = zoneinfo.ZoneInfo(name)
        self.date = functools.lru_cache(maxsize=None)(self._date)
        self.start = functools.lru_cache(maxsize=None)(self._start)

    def _date(self, instant):
        moment = EPOCH + datetime.timedelta(microseconds=instant)
        return moment.astimezone(self.zone).date()

    def at(self, date, hour, minute):
        """A local time that is skipped or comes twice has the first offset (fold 0)."""
        local = datetime.datetime(date.year, date.month, date.day, hour, minute, tzinfo=self.zone)
        return (local.astimezone(datetime.timezone.utc) - EPOCH) // MICROSECOND

    def _start(self, date):
        return self.at(date, 0, 0)

    def end(self, date):
        """The last microsecond of the local day."""
        return self.start(date + DAY) - 1


def parse_date(text):
    """A date, or None when the text is none."""
    if not isinstance(text, str) or not DATE.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def parse_time(text):
    """An instant, or None when the text is none."""
    match = TIME.fullmatch(text) if isinstance(text, str) else None
    if not match:
        return None
    try:
        numbers = [int(part) for part in match.groups()[:6]]
        moment = datetime.datetime(*numbers, tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    fraction = int((match.group(7) or "0").ljust(6, "0"))
    return (moment - EPOCH) // MICROSECOND + fraction


def print_time(instant):
    moment = EPOCH + datetime.timedelta(microseconds=instant)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = instant % SECOND
    return text + (f".{fraction:06d}".rstrip("0") if fraction else "") + "Z"


def easter(year):
    """The anonymous Gregorian rule."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return datetime.date(year, month, day + 1)


@functools.lru_cache(maxsize=None)
def holidays(year):
    sunday = easter(year)
    moving = {sunday + n * DAY for n in (-3, -2, 1, 39, 50)}
    fixed = {(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)}
    return moving | {datetime.date(year, month, day) for month, day in fixed}


def is_working_day(date, closed):
    return date.weekday() < 5 and date not in holidays(date.year) and date not in closed


def add(date, period, closed=()):
    """Calendar days later, or with "Nwd" the N-th working day after the date."""
    if isinstance(period, int):
        return date + period * DAY
    left = int(period[:-2])
    while left > 0:
        date += DAY
        if is_working_day(date, closed):
            left -= 1
    return date


def add_months(date, months):
    """The same day of the month, or its last."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    month += 1
    return datetime.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))


def birthday(birth, age):
    """The day on which the age is reached; of 29 February 1 March in common years."""
    year = birth.year + age
    if (birth.month, birth.day) == (2, 29) and not calendar.isleap(year):
        return datetime.date(year, 3, 1)
    return datetime.date(year, birth.month, birth.day)
