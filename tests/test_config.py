"""Settings: what the environment says, and with which sentence a wrong one ends the start."""

import pytest

from config import ConfigurationError, settings

OIDC = {
    "OIDC_ISSUER": "https://login.example/realms/company",
    "OIDC_CLIENT_ID": "tandem",
    "OIDC_CLIENT_SECRET": "secret",
}


@pytest.fixture
def read(tmp_path):
    return lambda **environ: settings({"INSTANCE_PATH": str(tmp_path), **environ})


def test_without_an_issuer_everybody_uses_passwords(read):
    found = read()

    assert found.single_sign_on is None
    assert found.takes_password_of("ada@example.com")


def test_single_sign_on_leaves_passwords_as_they_are_unless_told(read):
    plain = read(**OIDC)
    rare = read(**OIDC, OIDC_PASSWORDS_ONLY_FOR=" Eve@Example.com, ", OIDC_NAME="Example ID")

    assert (plain.single_sign_on.name, plain.single_sign_on.links_by_email) == (
        "login.example",
        False,
    )
    assert plain.takes_password_of("ada@example.com")
    assert rare.single_sign_on.name == "Example ID"
    assert (rare.takes_password_of("eve@example.com"), rare.takes_password_of("ada@x.org")) == (
        True,
        False,
    )
    assert "secret" not in repr(plain.single_sign_on)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"OIDC_ISSUER": ""}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "http://login.example"}, "https://"),
        ({"OIDC_ISSUER": "https://login.example/?tenant=1"}, "https://"),
        ({"OIDC_ISSUER": "login.example"}, "https://"),
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_SECRET": " "}, "OIDC_CLIENT_SECRET"),
        ({"OIDC_LINK_BY_EMAIL": "perhaps"}, "OIDC_LINK_BY_EMAIL"),
        ({"OIDC_PASSWORDS_ONLY_FOR": "nobody"}, "OIDC_PASSWORDS_ONLY_FOR"),
    ],
)
def test_half_a_configuration_ends_the_start(changed, sentence, read):
    with pytest.raises(ConfigurationError, match=sentence):
        read(**{**OIDC, **changed})
