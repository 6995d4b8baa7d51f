"""Texts come from catalogues that are read once, and still follow the reader's language."""

import pytest
from flask import render_template_string
from flask_babel import force_locale, gettext, ngettext

from app.web.catalogues import WordsOfForms
from app.web.navigation import Menu
from tests.factories import make_person, sign_in

ASKED = "Not a valid integer value."


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ("Save", "2 hours")), ("de", ("Speichern", "2 Stunden"))]
)
def test_views_and_templates_speak_the_language_of_the_moment(
    app_without_database, language, expected
):
    template = "{{ _('Save') }}|{{ ngettext('%(num)s hour', '%(num)s hours', 2) }}"
    with app_without_database.test_request_context("/"), force_locale(language):
        said = gettext("Save"), ngettext("%(num)s hour", "%(num)s hours", 2)
        written = render_template_string(template)

    assert said == expected
    assert written == "|".join(expected)


def test_a_language_is_left_behind_with_its_block(app_without_database):
    with app_without_database.test_request_context("/"):
        with force_locale("de"):
            german = gettext("Save")
        after = gettext("Save")

    assert (german, after) == ("Speichern", "Save")


def test_outside_of_requests_texts_stay_as_they_are(app_without_database):
    assert WordsOfForms().gettext(ASKED) == ASKED
    assert WordsOfForms().ngettext("one", "many", 2) == "many"
    with app_without_database.app_context():
        assert WordsOfForms().gettext(ASKED) == ASKED


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ASKED), ("de", "Keine gültige, ganze Zahl.")]
)
def test_forms_speak_the_language_of_the_moment(app_without_database, language, expected):
    with app_without_database.test_request_context("/"), force_locale(language):
        assert WordsOfForms().gettext(ASKED) == expected


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_menu_that_is_remembered_is_each_visitors_own(app, client, session, clock):
    ada, ben = make_person(session, "Ada", roles=["hr"]), make_person(session, "Ben", locale="de")
    pages = []
    for person in (ada, ben, ada):
        sign_in(client, session, person)
        pages.append(client.get("/today").text)

    assert ['href="/rounds/"' in page for page in pages] == [True, False, True]
    assert [">Meine Buchungen<" in page for page in pages] == [False, True, False]


def test_the_menu_keeps_the_path_below_which_a_proxy_serves_us(app_without_database):
    app = app_without_database
    menu = Menu(app)

    with app.test_request_context("/", base_url="http://localhost/"):
        plain = [item.url for group in menu() for item in group.items]
    with app.test_request_context("/", base_url="http://localhost/tandem/"):
        below = [item.url for group in menu() for item in group.items]

    assert below == [f"/tandem{url}" for url in plain]
