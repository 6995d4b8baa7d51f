"""`flask scoring run`: its formats, a company computed by hand, what wrong files are told."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from app.scoring import Settings, commands
from app.scoring.reading import UnreadableTableError, read_company

HERE = Path(__file__).parent
SMALL = HERE / "small"
OUTSIDE = Path(os.environ.get("TANDEM_HEALTH_DATA", HERE.parents[2] / "shared/data/health"))
HEADER = "wave,src,tgt,q01,q02,q03,q04,q05,q06,q07,q08,q09,q10"
CELLS = "wave,src,tgt,eligible,no_contact,tgt_members,importance\n1,a,b,10,0,6,1\n"
TEAMS = "team,department\na,north\nb,south\n"
SHEET = "1,a,b,3,3,3,3,3,3,3,3,3,3\n"

# By hand: in wave 1 five sheets of 50, 50, 75, 75, 100, so mean 70 and variance 437.5, alone in its
# pool; half of ten answered, so V = 437.5/5 * (1 - 0.8*0.5); t(0.975, 8 + 4) = 2.178812829667.
FIRST = {
    "B": 0.0,
    "N": 10.0,
    "V": 52.5,
    "df": 12.0,
    "dims": dict.fromkeys(
        (
            "disagreement",
            "joint_solving",
            "mutual_insight",
            "reliability",
            "respect",
            "shared_goals",
            "speaking_up",
            "timeliness",
        ),
        70.0,
    ),
    "display": [70, 50, 90, 5],
    "hi": 70 + 15.786998787,
    "hi_nr": 70 + 18.286998787,
    "lo": 70 - 15.786998787,
    "lo_nr": 70 - 18.286998787,
    "mean": 70.0,
    "n": 5,
    "need": 7.24568837 * 0.3989422804 / 70,  # half of the belief lies below the target of 70
    "post_var": 52.5,
    "s2mod": 437.5,
    "score": 70.0,
    "sd": 20.9165006634,
}
# In wave 2 each sheet is 25 lower; two more had no contact, so N* = 10 * 5/7.
SECOND = {
    **FIRST,
    "N": 50 / 7,
    "V": 437.5 / 5 * (1 - 0.8 * 0.7),
    "dims": dict.fromkeys(FIRST["dims"], 45.0),
    "display": [45, 30, 60, 5],
    "hi": 45 + 13.519178076,
    "hi_nr": 45 + 15.019178076,
    "lo": 45 - 13.519178076,
    "lo_nr": 45 - 15.019178076,
    "mean": 45.0,
    "need": 0.1785717068,  # importance one half
    "post_var": 38.5,
    "score": 45.0,
}
META = {"cells": 1, "mu": None, "s2_pooled": 437.5, "tau2": None}
GROUPS = ["company", "dept_in|south", "dept_out|north", "in|b", "out|a", "pair|a|b"]
# two sheets of b about a in wave 1, none in wave 2
REFUSED = ["dept_in|north", "dept_out|south", "in|a", "out|b", "pair|b|a"]
BY_HAND = {
    "config": Settings().as_dict(),
    "waves": {
        "1": {
            "alerts": [],
            "groups": GROUPS,
            "leftover_used": False,
            "meta": {**META, "dim_mean": [70.0] * 8},
            "pairs": {"a|b": FIRST},
            "published": ["a|b"],
            "refused": REFUSED,
            "undirected": {},
        },
        "2": {
            "alerts": ["a|b"],
            # t = -25 / sqrt(437.5 * (1/5 + 1/5)) = -1.889822 with 12 degrees of freedom
            "changes": {
                "a|b": {"alert": True, "delta": -25.0, "p": 0.0831750807, "z": -1.7325533847}
            },
            "company_median_change": 0.0,
            "groups": GROUPS,
            "kappa": 1.0,
            "leftover_used": False,
            "meta": {**META, "dim_mean": [45.0] * 8},
            "pairs": {"a|b": SECOND},
            "published": ["a|b"],
            "refused": REFUSED,
            "undirected": {},
        },
    },
}

# The company of another implementation is too large to keep here; it takes part where it is found.
GOLDEN = OUTSIDE / "golden.json"
COMPANIES = [(SMALL, BY_HAND)]
if GOLDEN.exists():
    COMPANIES.append((OUTSIDE, json.loads(GOLDEN.read_text())))


def same(one, other) -> bool:
    """Equal but for 1e-6 in numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, abs=1e-6)
    return bool(one == other)


def run(folder: Path, output: Path) -> dict:
    names = [str(folder / f"{name}.csv") for name in ("answers", "cells", "teams")]
    assert commands.run(*names, str(output)) == commands.DONE
    return json.loads(output.read_text())


@pytest.mark.parametrize(("folder", "expected"), COMPANIES)
def test_company_is_scored_as_by_hand_or_by_another_implementation(folder, expected, tmp_path):
    assert same(run(folder, tmp_path / "out.json"), expected)


def test_comparison_sees_a_difference():
    other = json.loads(json.dumps(BY_HAND))
    other["waves"]["2"]["pairs"]["a|b"]["V"] += 1e-5

    assert same(BY_HAND, json.loads(json.dumps(BY_HAND)))
    assert not same(BY_HAND, other)


def test_command_writes_to_standard_output(runner):
    answer = runner.invoke(args=["scoring", "run", *small()])

    assert answer.exit_code == 0
    assert same(json.loads(answer.output), BY_HAND)


def test_command_names_the_wrong_place_and_leaves_with_2(runner, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text(f"{HEADER}\n\n{SHEET}1,a,b,3,3,3,7,3,3,3,3,3,3\n")
    names = [str(SMALL / f"{name}.csv") for name in ("cells", "teams")]
    answer = runner.invoke(args=["scoring", "run", str(answers), *names])

    assert answer.exit_code == 2
    assert answer.stderr == (
        f"unreadable: {answers}, line 4, column q04: must be 0 to 5 or empty, not “7”\n"
    )


def test_command_names_a_file_that_is_not_there(runner):
    answer = runner.invoke(args=["scoring", "run", "nowhere.csv", "cells.csv", "teams.csv"])

    assert (answer.exit_code, answer.stderr) == (2, "nowhere.csv: No such file or directory\n")


def small() -> list[str]:
    return [str(SMALL / f"{name}.csv") for name in ("answers", "cells", "teams")]


def run_apart(*output: str, **options) -> subprocess.CompletedProcess:
    """The command in a process of its own."""
    code = "import sys; from app.scoring import commands; sys.exit(commands.run(*sys.argv[1:]))"
    line = [sys.executable, "-c", code, *small(), *output]
    return subprocess.run(line, stderr=subprocess.PIPE, text=True, check=False, **options)


def write_little():
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))


def test_report_replaces_an_older_one_whole_or_not_at_all(tmp_path):
    output = tmp_path / "out.json"
    output.write_bytes(b"older")

    done = run_apart(str(output), preexec_fn=write_little)

    assert (done.returncode, done.stderr) == (2, f"{output}: File too large\n")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("out.json", b"older")
    ]


def test_wrong_file_leaves_no_report_behind(tmp_path):
    wrong = tmp_path / "answers.csv"
    wrong.write_text(f"{HEADER}\n{SHEET}1,a,b,9\n")

    assert commands.run(str(wrong), *small()[1:], str(tmp_path / "out.json")) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["answers.csv"]


def test_full_standard_output_is_named():
    with Path("/dev/full").open("w") as full:
        done = run_apart("-", stdout=full)

    assert (done.returncode, done.stderr) == (2, "standard output: No space left on device\n")


def test_report_goes_through_a_link_and_into_a_pipe(tmp_path):
    link, pipe = tmp_path / "link.json", tmp_path / "pipe"
    link.symlink_to("out.json")
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert commands.run(*small(), str(pipe)) == commands.DONE
        (through_pipe, _) = reader.communicate()

    assert commands.run(*small(), str(link)) == commands.DONE
    assert (link.is_symlink(), pipe.is_fifo()) == (True, True)
    assert (tmp_path / "out.json").read_bytes() == through_pipe


def read(answers=HEADER, cells=CELLS, teams=TEAMS):
    contents = (
        text if isinstance(text, bytes) else text.encode() for text in (answers, cells, teams)
    )
    names = ("answers.csv", "cells.csv", "teams.csv")
    return read_company(*zip(names, contents, strict=True))


@pytest.mark.parametrize(
    ("files", "place", "reason"),
    [
        ({"answers": ""}, ("answers.csv", 1, ""), "has no header"),
        ({"answers": HEADER[:-4]}, ("answers.csv", 1, "q10"), "lacks this column"),
        ({"answers": f"{HEADER},q10\n"}, ("answers.csv", 1, "q10"), "column twice"),
        ({"answers": f"{HEADER}\n{SHEET[:-3]}\n"}, ("answers.csv", 2, "q10"), "ends before"),
        ({"answers": f"{HEADER}\n{SHEET[:-1]},4\n"}, ("answers.csv", 2, ""), "14 fields"),
        ({"answers": f"{HEADER}\n1,a,b{',2.5' * 10}\n"}, ("answers.csv", 2, "q01"), "“2.5”"),
        ({"answers": f"{HEADER}\n1,a,b{',-1' * 10}\n"}, ("answers.csv", 2, "q01"), "“-1”"),
        ({"answers": f"{HEADER}\n1,b,a{',1' * 10}\n"}, ("answers.csv", 2, "tgt"), "does not ask"),
        ({"answers": f"{HEADER}\n9,a,b{',1' * 10}\n"}, ("answers.csv", 2, "wave"), "no wave “9”"),
        ({"answers": f'{HEADER}\n1,a,"b'}, ("answers.csv", 2, ""), "unexpected end of data"),
        ({"answers": HEADER.encode() + b"\n\n1,\xff"}, ("answers.csv", 3, ""), "not UTF-8"),
        ({"cells": CELLS + "1,a,b,10,0,6,1\n"}, ("cells.csv", 3, "tgt"), "already"),
        ({"cells": CELLS + "1,a,a,10,0,6,1\n"}, ("cells.csv", 3, "tgt"), "rate itself"),
        ({"cells": CELLS + "1,a,x,10,0,6,1\n"}, ("cells.csv", 3, "tgt"), "no team “x”"),
        ({"cells": CELLS + '1,a,"x\ny",10,0,6,1\n'}, ("cells.csv", 4, "tgt"), "no team “x y”"),
        ({"cells": CELLS + "1,b,a,ten,0,6,1\n"}, ("cells.csv", 3, "eligible"), "whole number"),
        ({"cells": CELLS + "1,b,a,10,-1,6,1\n"}, ("cells.csv", 3, "no_contact"), "whole number"),
        ({"cells": CELLS + "1,b,a,1,0,5000000000,1\n"}, ("cells.csv", 3, "tgt_members"), "above"),
        ({"cells": CELLS + "1,b,a,10,0,6,1.5\n"}, ("cells.csv", 3, "importance"), "above 1"),
        ({"cells": CELLS + "1,b,a,10,0,6,nan\n"}, ("cells.csv", 3, "importance"), "0 to 1"),
        ({"cells": CELLS + ",b,a,10,0,6,1\n"}, ("cells.csv", 3, "wave"), "is empty"),
        ({"teams": TEAMS + "a,north\n"}, ("teams.csv", 4, "team"), "already"),
        ({"teams": TEAMS + "x|y,north\n"}, ("teams.csv", 4, "team"), "holds a bar"),
    ],
)
def test_wrong_files_are_refused_with_file_line_and_column(files, place, reason):
    with pytest.raises(UnreadableTableError) as refused:
        read(**files)

    assert (refused.value.file, refused.value.line, refused.value.column) == place
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    "answers",
    [
        f"{HEADER}\n{SHEET}",
        f"\ufeff{HEADER}\r\n\r\n{SHEET.strip()}\r\n \r\n",
        f"{HEADER}\n{SHEET}".replace(",", ";"),
        f"{HEADER}\n{SHEET}".replace(",", "\t"),
        f"\n{HEADER},note\n1 , a,b{',3.0' * 10},x\n",
        f'{HEADER}\n"1","a","b"{",3" * 10},,\n',
    ],
)
def test_marks_separators_blank_lines_and_further_columns_do_not_matter(answers):
    ballots = read(answers).ballots["1"]

    assert (ballots.pairs, ballots.pair_of.tolist()) == ((("a", "b"),), [0])
    assert ballots.answers.tolist() == [[3] * 10]


def test_empty_and_zero_both_mean_not_answered():
    ballots = read(f"{HEADER}\n1,a,b,,0,3,3,3,3,3,3,3,\n").ballots["1"]

    assert ballots.answers.tolist() == [[0, 0, 3, 3, 3, 3, 3, 3, 3, 0]]


def test_waves_come_in_the_order_of_their_numbers():
    cells = CELLS + "".join(f"{wave},a,b,10,0,6,1\n" for wave in ("10", "2", "2027-1", "9"))

    assert read(cells=cells).waves == ("1", "2", "9", "10", "2027-1")


def test_company_without_answers_publishes_nothing(tmp_path):
    for name, text in (("answers", HEADER), ("cells", CELLS), ("teams", TEAMS)):
        (tmp_path / f"{name}.csv").write_text(text)
    wave = run(tmp_path, tmp_path / "out.json")["waves"]["1"]

    assert wave["meta"] == {
        "cells": 0,
        "dim_mean": [None] * 8,
        "mu": None,
        "s2_pooled": None,
        "tau2": None,
    }
    assert (wave["groups"], wave["pairs"], wave["published"]) == ([], {}, [])
    assert "company" in wave["refused"]


def test_later_wave_has_changes_even_where_no_pair_can_be_compared(
    tmp_path,
):
    files = {
        "answers": f"{HEADER}\n{SHEET * 4}{SHEET.replace('1', '2', 1) * 5}",
        "cells": f"{CELLS}2,a,b,10,0,6,1\n",
        "teams": TEAMS,
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
    first, second = run(tmp_path, tmp_path / "out.json")["waves"].values()

    assert first.keys() & {"changes", "kappa", "company_median_change"} == set()
    assert (second["changes"], second["kappa"], second["company_median_change"]) == ({}, 1.0, 0.0)
    assert second["published"] == ["a|b"]
