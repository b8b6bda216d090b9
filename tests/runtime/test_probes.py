"""What machines ask of a web process."""

import threading

import pytest

from core import health


def test_alive_answers_under_any_host_name_without_sign_in(client):
    response = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db(transaction=True)
def test_ready_names_each_part_and_fails_without_a_worker(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    parts = response.json()["parts"]
    assert (parts["database"], parts["redis"]) == ("ok", "ok")
    assert parts["worker"].startswith("no worker answers")


def test_ready_is_bounded_in_time(client, monkeypatch):
    monkeypatch.setattr(health, "PART_SECONDS", 0.05)
    monkeypatch.setattr(health, "PARTS", {"stuck": lambda: threading.Event().wait(1)})
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "parts": {"stuck": "no answer within 0.05 seconds"}}


def test_ready_says_when_redis_does_not_answer(client, monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(health, "PARTS", {"redis": health.cache})
    assert client.get("/readyz").json()["parts"] == {"redis": "Redis does not answer"}


def test_metrics_need_their_token(client, settings):
    settings.METRICS_TOKEN = "token"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer other"}).status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer token"}).status_code == 200


def test_metrics_of_a_server_are_closed_without_a_token(client, settings):
    settings.METRICS_TOKEN, settings.CONCORD_EMBEDDED = None, False
    assert client.get("/metrics").status_code == 403


@pytest.mark.django_db
def test_metrics_count_requests_by_view_and_not_by_address(client, settings, django_user_model):
    django_user_model.objects.create_user("ada")  # a site without people shows its welcome everywhere
    settings.METRICS_TOKEN = "token"
    client.get("/accounts/login/")
    client.get("/no/such/address/")
    text = client.get("/metrics", headers={"authorization": "Bearer token"}).content.decode()
    assert 'view="account_login"' in text
    assert "/no/such/address" not in text
