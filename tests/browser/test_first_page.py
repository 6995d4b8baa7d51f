"""The first page, and that the tests would notice when a page complained."""

import pytest

ROLES = ["hr", "administrator", "works_council", "lead", "deputy", "employee"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_sign_in_page_is_accessible_and_fits(scheme, width, open_page, assert_accessible, shoot):
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 800})

    page.goto("/sign-in")

    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shoot(page, f"sign-in-{scheme}-{width}")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_signs_in_and_lands_on_a_page_without_faults(
    role, page, sign_in, assert_accessible, shoot
):
    sign_in(page, role)

    assert_accessible(page)
    shoot(page, f"home-{role}")


def test_somebody_who_left_cannot_sign_in(page, demo_accounts):
    leaver = next(each for each in demo_accounts["accounts"] if each["role"] == "leaver")
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(leaver["email"])
    page.locator("input[name=password]").fill(demo_accounts["password"])

    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state()

    assert "/sign-in" in page.url


def test_sign_in_works_without_javascript(open_page, sign_in):
    page = sign_in(open_page(java_script_enabled=False), "employee")

    assert page.locator("h1").count() == 1


@pytest.mark.parametrize(
    ("deed", "complaint"),
    [
        ("console.error('a fault of ours')", "a fault of ours"),
        ("setTimeout(() => { throw new Error('nobody caught me') })", "nobody caught me"),
        (
            "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')",
            "content security policy",
        ),
        ("fetch('/static/dist/nothing.js')", "404"),
    ],
)
def test_a_page_that_complains_is_noticed(deed, complaint, page, consoles):
    page.goto("/sign-in")

    page.evaluate(f"() => {{ {deed}; }}")
    page.wait_for_timeout(200)

    (console,) = consoles
    assert complaint in " ".join(console.complaints)
    console.complaints.clear()
