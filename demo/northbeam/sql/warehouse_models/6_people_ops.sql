-- Staff of Northbeam. Kept by People Operations.

CREATE SCHEMA people_ops;
COMMENT ON SCHEMA people_ops IS 'Staff of Northbeam: contracts and pay. People Operations only.';

CREATE TABLE people_ops.employee (
    employee_id   integer PRIMARY KEY,
    full_name     text NOT NULL,
    work_email    text NOT NULL UNIQUE,
    department    text NOT NULL,
    office        text NOT NULL,
    birth_date    date NOT NULL,
    joined_on     date NOT NULL,
    left_on       date,
    manager_id    integer REFERENCES people_ops.employee
);
COMMENT ON TABLE people_ops.employee IS 'Everybody who works or worked here.';

CREATE TABLE people_ops.salary (
    employee_id  integer NOT NULL REFERENCES people_ops.employee,
    valid_from   date NOT NULL,
    yearly_eur   numeric(10, 2) NOT NULL CHECK (yearly_eur > 0),
    bonus_share  numeric(4, 3) NOT NULL DEFAULT 0,
    iban         text NOT NULL,
    PRIMARY KEY (employee_id, valid_from)
);
COMMENT ON TABLE people_ops.salary IS 'Yearly pay before tax. A new row for each change.';

CREATE TABLE people_ops.restructuring_draft (
    department     text NOT NULL,
    posts_today    integer NOT NULL,
    posts_planned  integer NOT NULL,
    note           text
);

CREATE VIEW people_ops.headcount AS
SELECT department, office, count(*) AS people
FROM people_ops.employee
WHERE left_on IS NULL
GROUP BY department, office;
COMMENT ON VIEW people_ops.headcount IS 'People by department and office, without names.';
