"""The formulas of docs/scoring.md once more, in plain loops and without any code of the engine.

Slow on purpose: one line per sentence of the page. The t distribution is integrated numerically.
"""

import math
from functools import cache
from statistics import NormalDist, median

NORMAL = NormalDist()
NAMES = (
    ("timeliness", (1,)),
    ("reliability", (2, 3)),
    ("joint_solving", (4,)),
    ("shared_goals", (5,)),
    ("mutual_insight", (6,)),
    ("respect", (7,)),
    ("speaking_up", (8,)),
    ("disagreement", (9, 10)),
)
NODES = 600


def t_upper(t, df):
    """P(T > t) for t >= 0: Simpson's rule over an angle, which makes the integrand smooth."""
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(math.pi)
    low, high = math.atan(t / math.sqrt(df)), math.pi / 2
    step = (high - low) / NODES
    total = 0.0
    for node in range(NODES + 1):
        weight = 1 if node in (0, NODES) else 4 if node % 2 else 2
        total += weight * max(math.cos(low + node * step), 0.0) ** (df - 1)
    return scale * total * step / 3


@cache
def t_975(df):
    low, high = 0.0, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_upper(middle, df) > 0.025 else (low, middle)
    return low


def points(answers):
    """Dimension name -> points, without those that were not answered."""
    found = {}
    for name, items in NAMES:
        own = []
        for item in items:
            tick = answers[item - 1]
            if tick:
                own.append(100 - 25 * (tick - 1) if item == 10 else 25 * (tick - 1))
        if own:
            found[name] = sum(own) / len(own)
    return found


def plan(counts, members, departments):
    kept = {pair: n for pair, n in counts.items() if members[pair] >= 5}
    published = sorted(pair for pair, n in kept.items() if n >= 5)
    left = {pair: n for pair, n in kept.items() if n < 5}
    persons = {}
    for (src, _), n in left.items():
        persons[src] = max(persons.get(src, 0), n)
    used = sum(persons.values()) >= 5
    groups, refused = [f"pair|{a}|{b}" for a, b in published], [f"pair|{a}|{b}" for a, b in left]
    (groups if published or used else refused).append("company")
    for team in departments:
        (groups if any(a == team for a, _ in published) else refused).append(f"out|{team}")
        (groups if any(b == team for _, b in published) else refused).append(f"in|{team}")
    for name in set(departments.values()):
        of = {team for team, own in departments.items() if own == name}
        (groups if any(a in of for a, _ in published) else refused).append(f"dept_out|{name}")
        (groups if any(b in of for _, b in published) else refused).append(f"dept_in|{name}")
    return published, sorted(groups), sorted(refused), used


def score_wave(answers, asked, departments, history):
    """`answers`: pair -> sheets; `asked`: pair -> (eligible, no_contact, members, importance)."""
    counting = {
        pair: [points(sheet) for sheet in sheets if len(points(sheet)) >= 6]
        for pair, sheets in answers.items()
    }
    counts = {pair: len(records) for pair, records in counting.items()}
    members = {pair: asked[pair][2] for pair in counts}
    published, groups, refused, used = plan(counts, members, departments)
    company = company_means([record for pair in published for record in counting[pair]])
    filled = {pair: [fill(record, company) for record in counting[pair]] for pair in published}
    cells = cells_of(filled, asked)
    meta = {"cells": len(cells), "dim_mean": [company[name] for name, _ in NAMES]}
    meta |= shrink(cells)
    meta["s2_pooled"] = next(iter(cells.values()))["pooled"] if cells else None
    for pair, cell in cells.items():
        sd = math.sqrt(cell["post_var"])
        u = (70 - cell["score"]) / sd
        cell["need"] = asked[pair][3] * sd * (u * NORMAL.cdf(u) + NORMAL.pdf(u)) / 70
    result = {
        "alerts": [],
        "groups": groups,
        "leftover_used": used,
        "meta": meta,
        "pairs": cells,
        "published": published,
        "refused": refused,
        "undirected": undirected(cells),
    }
    if history:
        result |= changes(cells, asked, history)
    return result


def company_means(records):
    complete = [record for record in records if len(record) == 8]
    means = {}
    for name, _ in NAMES:
        own = [record[name] for record in complete or records if name in record]
        means[name] = sum(own) / len(own) if own else None
    return means


def fill(record, company):
    there = list(record)
    own = sum(record.values()) / len(there)
    usual = sum(company[name] for name in there) / len(there)
    return {
        name: record[name] if name in record else min(100.0, max(0.0, own + company[name] - usual))
        for name, _ in NAMES
    }


def cells_of(filled, asked):
    scores = {
        pair: [sum(record.values()) / 8 for record in records] for pair, records in filled.items()
    }
    if not scores:
        return {}
    means = {pair: sum(own) / len(own) for pair, own in scores.items()}
    squares = {
        pair: sum((score - means[pair]) ** 2 for score in own) for pair, own in scores.items()
    }
    pooled = sum(squares.values()) / sum(len(own) - 1 for own in scores.values())
    cells = {}
    for pair, own in scores.items():
        n = len(own)
        eligible, no_contact, _, _ = asked[pair]
        with_contact = eligible * n / (n + no_contact)
        f = min(1.0, n / with_contact)
        df = 8 + n - 1
        s2mod = (8 * pooled + squares[pair]) / df
        variance = s2mod / n * (1 - 0.8 * f)
        half = t_975(df) * math.sqrt(variance)
        outer = half + (1 - f) * 5
        mean = means[pair]
        cells[pair] = {
            "n": n,
            "N": with_contact,
            "mean": mean,
            "sd": math.sqrt(squares[pair] / (n - 1)),
            "s2mod": s2mod,
            "df": df,
            "V": variance,
            "lo": max(0.0, mean - half),
            "hi": min(100.0, mean + half),
            "lo_nr": max(0.0, mean - outer),
            "hi_nr": min(100.0, mean + outer),
            "dims": {name: sum(record[name] for record in filled[pair]) / n for name, _ in NAMES},
            "display": display(mean, max(0.0, mean - half), min(100.0, mean + half), n),
            "pooled": pooled,
        }
    return cells


def display(mean, low, high, n):
    grid = 5 if n < 10 else 2 if n < 20 else 1
    edge = 10 if n < 10 else 5
    mean = min(100 - edge, max(edge, mean))
    mean = min(100 - edge, max(edge, grid * round(mean / grid)))
    return [mean, grid * math.floor(low / grid), grid * math.ceil(high / grid), grid]


def shrink(cells):
    m = len(cells)
    if m < 6:
        for cell in cells.values():
            cell |= {"score": cell["mean"], "B": 0.0, "post_var": cell["V"]}
        return {"mu": None, "tau2": None}
    low, high = 9.0, 10_000.0
    if excess(cells, low)[1] <= m - 1:
        high = low
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(cells, middle)[1] > m - 1 else (low, middle)
    mu, _, weight = excess(cells, low)
    for cell in cells.values():
        drawn = cell["V"] / (cell["V"] + low) * (m - 3) / (m - 1)
        away = cell["mean"] - mu
        doubt = drawn**2 / weight + 2 * drawn**2 / (m - 3) * away**2
        cell["score"] = mu + (1 - drawn) * away
        cell["B"] = drawn
        cell["post_var"] = min(cell["V"], cell["V"] * (1 - drawn) + doubt)
    return {"mu": mu, "tau2": low}


def excess(cells, tau2):
    weights = {pair: 1 / (cell["V"] + tau2) for pair, cell in cells.items()}
    total = sum(weights.values())
    mu = sum(weights[pair] * cell["mean"] for pair, cell in cells.items()) / total
    apart = sum(weights[pair] * (cell["mean"] - mu) ** 2 for pair, cell in cells.items())
    return mu, apart, total


def undirected(cells):
    found = {}
    for (a, b), one in cells.items():
        if a > b or (b, a) not in cells:
            continue
        other = cells[b, a]
        variance = one["V"] + other["V"]
        df = variance**2 / (one["V"] ** 2 / one["df"] + other["V"] ** 2 / other["df"])
        error, gap = math.sqrt(variance), one["mean"] - other["mean"]
        mean = (one["mean"] + other["mean"]) / 2
        found[a, b] = {
            "mean": mean,
            "lo": max(0.0, mean - t_975(df) * error / 2),
            "hi": min(100.0, mean + t_975(df) * error / 2),
            "score": (one["score"] + other["score"]) / 2,
            "weaker": min(one["score"], other["score"]),
            "asymmetry": gap,
            "asym_lo": gap - t_975(df) * error,
            "asym_hi": gap + t_975(df) * error,
            "asym_p": 2 * t_upper(abs(gap) / error, df),
        }
    return found


def changes(cells, asked, history):
    """`history`: oldest first, (cells, asked, centred z) of each wave."""
    deltas, zs, founded = {}, {}, {}
    for pair, cell in cells.items():
        past = [(old[pair], then[pair]) for old, then, _ in history if pair in old][-3:]
        if not past:
            continue
        records = sum(old["n"] for old, _ in past)
        reference = sum(old["n"] * old["mean"] for old, _ in past) / records
        c = sum((old["n"] / records) ** 2 / old["n"] for old, _ in past)
        deltas[pair] = cell["mean"] - reference
        t = deltas[pair] / math.sqrt(cell["s2mod"] * (1 / cell["n"] + c))
        zs[pair] = math.copysign(-NORMAL.inv_cdf(t_upper(abs(t), cell["df"])), t) if t else 0.0
        waves = [(cell, asked[pair]), *past]
        founded[pair] = all(
            (old["n"] + then[1]) / then[0] >= 0.5 and old["n"] >= 5 for old, then in waves
        )
    z_shift = median(zs.values()) if len(zs) >= 8 else 0.0
    shift = median(deltas.values()) if len(zs) >= 8 else 0.0
    centred = {pair: z - z_shift for pair, z in zs.items()}
    seen = [z for _, _, old in history for z in old.values()] + list(centred.values())
    kappa = 1.0
    if len(seen) >= 40:
        spread = 1.4826 * median(abs(z - median(seen)) for z in seen)
        kappa = min(1.6, max(0.6, spread * (1 + 2 / math.sqrt(len(seen)))))
    p = {pair: 2 * NORMAL.cdf(-abs(z) / kappa) for pair, z in centred.items()}
    ranks = sorted(p.values())
    limit = max((v for i, v in enumerate(ranks, 1) if v <= 0.1 * i / len(ranks)), default=-1)
    alerts = sorted(
        pair for pair in p if p[pair] <= limit and abs(deltas[pair] - shift) >= 5 and founded[pair]
    )
    return {
        "alerts": alerts,
        "changes": {
            pair: {"delta": deltas[pair], "z": zs[pair], "p": p[pair], "alert": pair in alerts}
            for pair in deltas
        },
        "company_median_change": shift,
        "kappa": kappa,
        "centred": centred,
    }
