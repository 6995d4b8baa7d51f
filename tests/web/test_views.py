from app import create_app
from config import settings


def test_healthz_answers_without_the_database(client, count_statements):
    with count_statements() as seen:
        answer = client.get("/healthz")

    assert (answer.status_code, answer.get_json(), len(seen)) == (200, {"status": "ok"}, 0)


def test_house_style_shows_every_component(client):
    page = client.get("/style").get_data(as_text=True)

    parts = ["board", "steps", "error-summary", "choice-card", "pager", "empty", "cover", "diff"]
    assert [part for part in parts if f'class="{part}' not in page] == []


def test_house_style_does_not_exist_in_production(tmp_path):
    environ = {
        "TANDEM_PRODUCTION": "1",
        "INSTANCE_PATH": str(tmp_path),
        "SECRET_KEY": "x" * 64,
        "BASE_URL": "https://tandem.example.com",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}",
    }

    app = create_app(settings(environ))

    assert [rule.rule for rule in app.url_map.iter_rules() if "/style" in rule.rule] == []


def test_unknown_address_answers_with_a_page_of_ours(client):
    answer = client.get("/style/problem/404")

    assert b'class="problem"' in answer.data
