"""How the deliveries of the channel of text messages are sent."""

from booking import clock
from booking.notifications.texts import codes
from booking.notifications.texts.content import TEXT
from booking.notifications.texts.sender import TextTransport
from booking.notifications.transmission.routes import Route

TEXT_ROUTE = Route(TEXT, lambda: TextTransport(clock.now), prepare=codes.write_texts)
