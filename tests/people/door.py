"""What a browser does at the door: fetch a form with its token, and send it."""

import re

PASSWORD = "a red bicycle by the river"


def csrf_token(client, page="/sign-in"):
    """The token of a form on `page`."""
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[1]


def enter(client, email, password=PASSWORD, **more):
    """Send the sign-in form."""
    token = csrf_token(client)
    return client.post(
        "/sign-in", data={"email": email, "password": password, "csrf_token": token, **more}
    )
