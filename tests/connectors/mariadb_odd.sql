create table customers(
  id int(11) unsigned auto_increment primary key,
  name varchar(80) not null default 'x''y' comment 'As on the contract',
  grade enum('a','it''s','c,d') default 'a',
  flags set('x','y'),
  doc json,
  net decimal(10,2),
  gross decimal(12,3) as (net * 1.19) stored,
  born date,
  seen datetime(3) default current_timestamp(3) on update current_timestamp(3),
  place point,
  photo blob,
  bits bit(3),
  active tinyint(1),
  check (net > 0),
  constraint no_minors check (born < '2010-01-01'),
  unique key by_name (name, grade),
  key prefix (name(5) desc),
  fulltext key words (name)
) comment 'People who buy';
create table Customers(a int);
create table nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn(
  nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn int);
create table `q"u`` o.t e`(
  `a.b` int primary key,
  `p%s:x` int,
  constraint `f.k` foreign key (`p%s:x`) references `q"u`` o.t e`(`a.b`) on delete cascade
);
create table orders(
  id bigint, customer int(11) unsigned, line smallint,
  primary key (line, id),
  constraint of foreign key (customer) references customers(id) on update set null
);
create table events(at date, n int)
  partition by range (year(at)) subpartition by hash (to_days(at)) subpartitions 2
  (partition p0 values less than (2020), partition p1 values less than maxvalue);
create table `ünï çödé 表`(`größe` float);
create table versioned(a int) with system versioning;
create view buyers as select id, name from customers;
create table gone(a int);
create view broken as select a from gone;
drop table gone;
create sequence numbers;
create function twice(x int, y varchar(3)) returns int deterministic comment 'Doubles' return x * 2;
create procedure twice(inout z int) begin end;
insert into customers(name, grade, doc, net, born, photo, bits, place) values
  ('Ann', 'a', '{}', 5, '1990-01-02', x'00ff', b'101', point(1, 2)),
  ('Zoë', 'it''s', null, 7, null, null, null, null);
