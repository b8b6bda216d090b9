"""What people give to reach a database."""

import pytest

from harvest.connectors.sql.config import SQLConfig


def test_the_password_is_split_from_the_url():
    config = SQLConfig.from_url("mysql://ann:s%2Fcr%40t@db:3307/shop")
    assert config.url == "mysql://ann@db:3307/shop"
    assert config.password is not None
    assert config.password.get_secret_value() == "s/cr@t"
    assert config.parsed().password == "s/cr@t"


def test_no_text_about_a_configuration_shows_the_password():
    config = SQLConfig.from_url("mysql://ann:hush@db/shop")
    assert "hush" not in repr(config) + str(config) + config.location() + config.url


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("mysql://h/d", "mysql+pymysql"),
        ("mariadb://h/d", "mariadb+pymysql"),
        ("mysql+mysqldb://h/d", "mysql+mysqldb"),
        ("postgresql://h/d", "postgresql+psycopg2"),
        ("trino://h/d", "trino"),
    ],
)
def test_a_scheme_means_the_driver_that_concord_brings(url, driver):
    assert SQLConfig.from_url(url).parsed().drivername == driver


@pytest.mark.parametrize(
    ("url", "location", "name"),
    [
        ("mysql://ann:x@db:3307/shop", "db:3307/shop", "shop"),
        ("mysql://db", "db", "db"),
        ("sqlite:////data/shop.db", "/data/shop.db", "shop"),
    ],
)
def test_location_and_name_are_for_people(url, location, name):
    config = SQLConfig.from_url(url)
    assert (config.location(), config.default_name()) == (location, name)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("not a url hush", "dialect://user@host"),
        ("mysql://h/d?password=hush", "option password may hold a secret"),
        ("mssql+pyodbc:///?odbc_connect=PWD%3Dhush", "option odbc_connect may hold a secret"),
        ("mysql://h/d?read_default_file=/etc/hush", "read_default_file is not allowed"),
        ("mysql://h/d?local_infile=1", "local_infile is not allowed"),
        ("sqlite:///hush.db", "whole path"),
        ("sqlite://", "Name a SQLite file"),
        ("sqlite:////x.db?mode=hush", "takes no options"),
    ],
)
def test_a_wrong_url_is_explained_without_quoting_it(url, words):
    with pytest.raises(ValueError, match=words) as caught:
        SQLConfig.from_url(url)
    assert "hush" not in str(caught.value)


def test_a_password_in_the_url_field_is_refused_and_not_quoted():
    with pytest.raises(ValueError, match="holds a password") as caught:
        SQLConfig(url="mysql://ann:hush@db/shop")
    assert "hush" not in str(caught.value)
