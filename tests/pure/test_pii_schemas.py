"""Columns of well-known sample databases, by name and type alone, compared as exact sets."""

import pytest

from harvest.pii import Column, recognise

SCHEMAS = {
    "sakila.staff": (
        "staff_id:integer *first_name *last_name address_id:integer *email store_id:integer active:boolean *username "
        "*password picture:binary last_update:timestamp"
    ),
    "sakila.film": "film_id:integer title description release_year:integer rental_duration:integer length",
    "northwind.customers": (
        "CustomerID CompanyName *ContactName ContactTitle *Address City Region *PostalCode Country *Phone *Fax"
    ),
    "northwind.employees": (
        "EmployeeID:integer *LastName *FirstName Title TitleOfCourtesy *BirthDate:date HireDate:date *Address City "
        "*PostalCode *HomePhone Extension Photo:binary Notes ReportsTo:integer PhotoPath *Salary:decimal"
    ),
    "chinook.Artist": "ArtistId:integer Name",
    "chinook.Invoice": (
        "InvoiceId:integer CustomerId:integer InvoiceDate:timestamp *BillingAddress BillingCity *BillingPostalCode "
        "Total:decimal"
    ),
    "adventureworks.Employee": (
        "*NationalIDNumber LoginID JobTitle *BirthDate:date *MaritalStatus *Gender HireDate:date SalariedFlag:boolean"
    ),
    "mimic.admissions": (
        "subject_id:integer hadm_id:integer admittime:timestamp insurance language *religion *marital_status "
        "*ethnicity *diagnosis"
    ),
    "gitlab.users": (
        "id:integer *email *encrypted_password *reset_password_token sign_in_count:integer "
        "current_sign_in_at:timestamp *current_sign_in_ip failed_attempts:integer *username *unconfirmed_email "
        "otp_required_for_login:boolean "
        "*encrypted_otp_secret *incoming_email_token"
    ),
    "taxi.trips": "pickup_latitude:float pickup_longitude:float passenger_count:integer fare_amount:decimal",
    "hr.pracownicy": "id:integer *imie *nazwisko *pesel data_zatrudnienia:date *wynagrodzenie:decimal *ulica",
}


@pytest.mark.parametrize("table", SCHEMAS)
def test_personal_columns_of_a_known_schema_are_found_exactly(table: str) -> None:
    described = [entry.partition(":") for entry in SCHEMAS[table].split()]
    columns = [Column(name.lstrip("*"), type_ or "text", type_ or "string") for name, _, type_ in described]
    expected = {name.lstrip("*") for name, _, _ in described if name.startswith("*")}
    assert {finding.path for finding in recognise(columns, table)} == expected
