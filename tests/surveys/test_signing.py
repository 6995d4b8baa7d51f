"""The protocol of a close is signed with the instance's key; whoever has its public half checks."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from nacl.signing import SigningKey, VerifyKey

from app.surveys.jobs import waves as jobs
from app.surveys.services.keys import KeyFolder
from app.surveys.services.signing import is_signed, signed_text
from tests.surveys.makers import close, make_open_wave, make_sides, vote_all

OTHER = bytes(SigningKey.generate().verify_key).hex()


@pytest.fixture
def wave(app, session):
    """A wave that was closed with the keys of this instance."""
    with app.app_context():
        keys = jobs.keys()
    sides = make_sides(session)
    made, _keys = make_open_wave(session, keys=keys)
    vote_all(session, made, sides)
    close(session, made, keys)
    return made


def test_a_protocol_is_signed_by_the_key_of_the_data_sheet(app, session, wave, as_hr):
    sheet = as_hr.get("/waves/data-sheet").text

    assert wave.signed_by in sheet
    assert is_signed(wave, wave.signed_by)
    assert not is_signed(wave, OTHER)


@pytest.mark.parametrize(
    ("name", "value"), [("protocol", {"people": 21}), ("k", 6), ("formula", 2), ("signature", "00")]
)
def test_a_changed_line_is_not_what_was_signed(app, session, wave, name, value):
    changed = {**wave.protocol, **value} if isinstance(value, dict) else value

    setattr(wave, name, changed)

    assert not is_signed(wave, wave.signed_by)
    session.rollback()


def test_the_signed_text_can_be_checked_without_the_program(app, session, wave, runner):
    result = runner.invoke(args=["survey", "protocol", str(wave.id)])

    text, told = result.stdout, dict(line.split(" ") for line in result.stderr.splitlines())
    key = VerifyKey(bytes.fromhex(told["key"]))
    assert key.verify(text.encode(), bytes.fromhex(told["signature"])) == signed_text(wave)
    assert json.loads(text)["protocol"] == wave.protocol


def test_the_command_checks_every_wave_and_takes_the_key_from_paper(app, session, wave, runner):
    own = runner.invoke(args=["survey", "verify"])
    paper = runner.invoke(args=["survey", "verify", "--key", wave.signed_by])
    other = runner.invoke(args=["survey", "verify", "--key", OTHER])

    fits = [f"wave {wave.id} (Autumn): ok", f"1 protocols, key {wave.signed_by}"]
    assert (own.exit_code, own.output.splitlines()) == (0, fits)
    assert (paper.exit_code, paper.output.splitlines()) == (0, fits)
    assert (other.exit_code, other.output.splitlines()[0]) == (
        1,
        f"wave {wave.id} (Autumn): NOT what this key signed",
    )


def test_a_signature_made_anew_with_another_key_does_not_fit_the_paper(app, session, wave):
    """Whoever rewrites the database can sign again, but not with the key that was printed."""
    paper = wave.signed_by
    forger = SigningKey.generate()
    wave.protocol = {**wave.protocol, "people": 21}
    wave.signature = forger.sign(signed_text(wave)).signature.hex()
    wave.signed_by = bytes(forger.verify_key).hex()

    assert (is_signed(wave, wave.signed_by), is_signed(wave, paper)) == (True, False)
    session.rollback()


def test_the_signing_key_is_made_once_and_survives_the_close(tmp_path):
    folders = [KeyFolder(tmp_path / "keys") for _ in range(8)]

    with ThreadPoolExecutor(8) as threads:
        made = {bytes(key) for key in threads.map(lambda folder: folder.signer(), folders)}
    folders[0].make(3)
    folders[0].destroy_all_but([])

    (file,) = (tmp_path / "keys").iterdir()
    assert made == {bytes(folders[1].signer())}
    assert file.stat().st_mode & 0o777 == 0o600
