"""Translated texts: each catalogue is read once, and found again without detours.

A page asks for some seventy texts. Flask-Babel finds its context thrice for each of them, and
Flask-WTF reads the catalogue of WTForms from its file for each form that is shown.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context
from flask_babel import Babel, Domain, get_locale
from wtforms.i18n import messages_path


class Catalogues(Domain):
    """Our texts, by language; no territory has texts of its own."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self._found: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """The texts in the language of this request; the English ones outside of all requests."""
        locale = get_locale()
        if locale is None:
            return NullTranslations()
        found = self._found.get(locale.language)
        if found is None:
            found = self._found[locale.language] = super().get_translations()
        return found


class Languages(Babel):
    """Flask-Babel with our catalogues."""

    @cached_property
    def domain_instance(self) -> Catalogues:
        return Catalogues(domain=self.domain)

    def init_app(self, app: Flask, *args: Any, **rest: Any) -> None:
        """Give the app its languages, and templates the short way to their texts."""
        super().init_app(app, *args, **rest)
        with app.app_context():
            texts = self.domain_instance.get_translations
        app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
            gettext=lambda text: texts().ugettext(text),
            ngettext=lambda one, many, number: texts().ungettext(one, many, number),
            newstyle=True,
            pgettext=lambda context, text: texts().upgettext(context, text),
            npgettext=lambda context, one, many, number: texts().unpgettext(
                context, one, many, number
            ),
        )


class WordsOfForms:
    """What WTForms itself says, in the language of this request."""

    def gettext(self, text: str) -> str:
        return str(_of_forms().ugettext(text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return str(_of_forms().ungettext(one, many, number))


def _of_forms() -> NullTranslations:
    return _read(get_locale().language) if has_request_context() else NullTranslations()


@lru_cache(maxsize=16)
def _read(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")
