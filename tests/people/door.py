"""What a browser does at the door: fetch a form with its token, and send it."""

import re

from itsdangerous import URLSafeTimedSerializer

PASSWORD = "a red bicycle by the river"


def good_token(client):
    """The token that any page would give to this signed-in browser, without loading one.

    That pages carry it is proved by the browser's tests, and by all that fetch it with the form.
    """
    with client.session_transaction() as cookie:
        secret = cookie.setdefault("csrf_token", "0" * 40)
    form = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")
    return form.dumps(secret)


def csrf_token(client, page="/sign-in"):
    """The token of a form on `page`."""
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[1]


def enter(client, email, password=PASSWORD, **more):
    """Send the sign-in form."""
    token = csrf_token(client)
    return client.post(
        "/sign-in", data={"email": email, "password": password, "csrf_token": token, **more}
    )
