"""The catalog queries: each is run once, however many relations the database has.

Objects of an extension belong to the extension, not to the people whose data this is, and are left out.
"""

from string import Template

FIRST_USER_OID = 16384  # FirstNormalObjectId: what the server itself made has smaller ids

_OF_EXTENSIONS = (
    "select objid from pg_depend where refclassid = 'pg_extension'::regclass and deptype = 'e' and classid = "
)
_USER_SCHEMA = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
_FRAGMENTS = {
    "first": str(FIRST_USER_OID),
    "user_schema": _USER_SCHEMA,
    "relation": f"c.oid >= {FIRST_USER_OID} and c.relkind in ('r', 'v', 'm', 'p', 'f') and c.relpersistence <> 't'"
    f" and {_USER_SCHEMA} and c.oid not in ({_OF_EXTENSIONS} 'pg_class'::regclass)",
    "view": f"c.relkind in ('v', 'm') and c.oid >= {FIRST_USER_OID}",
    "routines_of_extensions": f"{_OF_EXTENSIONS} 'pg_proc'::regclass",
    # The constructors that come with a range type.
    "routines_of_types": "select objid from pg_depend where classid = 'pg_proc'::regclass and deptype = 'i'",
}


def _query(text: str) -> str:
    return Template(text).substitute(_FRAGMENTS)


NAMES = _query("""
    select n.nspname, c.relname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where $relation order by 1, 2""")

# The database itself comes first, with null for its name.
CONTAINERS = _query("""
    select null, shobj_description(d.oid, 'pg_database'), pg_get_userbyid(d.datdba)
    from pg_database d where d.datname = current_database()
    union all (
        select n.nspname, obj_description(n.oid, 'pg_namespace'), pg_get_userbyid(n.nspowner)
        from pg_namespace n where $user_schema order by n.nspname)""")

# Ordered so that a partition or child follows its parents; views, being neither, all come with the first level.
RELATIONS = _query("""
    with recursive family(oid, level) as (
        select inhparent, 0 from pg_inherits where inhparent not in (select inhrelid from pg_inherits)
        union
        select i.inhrelid, f.level + 1 from pg_inherits i join family f on f.oid = i.inhparent),
    levels as (select oid, max(level) as level from family group by oid),
    parents as (
        select i.inhrelid, array_agg(p.oid::bigint order by i.inhseqno) as oids,
            array_agg(n.nspname::text order by i.inhseqno) as schemas,
            array_agg(p.relname::text order by i.inhseqno) as names
        from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace n on n.oid = p.relnamespace
        where p.relkind in ('r', 'p', 'f') group by i.inhrelid),
    indexes as (
        select i.indrelid, sum(x.relpages) as pages
        from pg_index i join pg_class x on x.oid = i.indexrelid group by i.indrelid)
    select c.oid, n.nspname, c.relname, c.relkind, d.description, pg_get_userbyid(c.relowner),
        case when c.reltuples >= 0 and (c.relpages > 0 or current_setting('server_version_num')::int >= 140000)
            then c.reltuples::bigint end,
        (c.relpages + coalesce(t.relpages, 0) + coalesce(x.pages, 0)) * current_setting('block_size')::bigint,
        case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
        case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end,
        p.oids, p.schemas, p.names, s.srvname, c.relpersistence, c.relispopulated
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join levels l on l.oid = c.oid
    left join parents p on p.inhrelid = c.oid
    left join pg_class t on t.oid = c.reltoastrelid
    left join indexes x on x.indrelid = c.oid
    left join pg_foreign_table f on f.ftrelid = c.oid
    left join pg_foreign_server s on s.oid = f.ftserver
    left join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
    where $relation
    order by coalesce(l.level, 0), c.oid""")

VIEWS = _query("select c.oid, pg_get_viewdef(c.oid) from pg_class c where $view and c.oid > %(after)s order by c.oid")
VIEW_OIDS = _query("select c.oid from pg_class c where $view and c.oid > %(after)s order by c.oid")
VIEW = "select pg_get_viewdef(%(oid)s::oid)"

# Types that columns use and that are more than their name: domains, enumerations, composites, ranges, and arrays.
TYPES = _query("""
    with recursive used(oid) as (
        (select distinct atttypid from pg_attribute
        where attrelid >= $first and attnum > 0 and not attisdropped)
        union
        select part.oid from used u join pg_type t on t.oid = u.oid
        cross join lateral (values (t.typelem), (t.typbasetype)) part(oid) where part.oid <> 0)
    select t.oid, t.typtype, case when t.typlen = -1 and t.typcategory = 'A' then t.typelem else 0 end, t.typbasetype,
        format_type(t.oid, null), format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
        case when t.oid >= $first then obj_description(t.oid, 'pg_type') end,
        (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
        (select array_agg(pg_get_constraintdef(k.oid) order by k.conname)
            from pg_constraint k where k.contypid = t.oid and k.contype = 'c'),
        (select json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid::bigint,
                col_description(a.attrelid, a.attnum)) order by a.attnum)
            from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)
    from used u join pg_type t on t.oid = u.oid
    where t.typtype <> 'b' or (t.typlen = -1 and t.typcategory = 'A')""")

FIELDS = _query("""
    select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, a.attnotnull,
        pg_get_expr(f.adbin, f.adrelid), a.attidentity, a.attgenerated, d.description,
        o.collname, array_position(string_to_array(pt.partattrs::text, ' ')::int[], a.attnum::int)
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_type t on t.oid = a.atttypid
    left join pg_partitioned_table pt on pt.partrelid = a.attrelid
    left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
    left join pg_collation o on o.oid = a.attcollation and o.oid <> t.typcollation and o.collname <> 'default'
    left join pg_description d
        on d.objoid = a.attrelid and d.classoid = 'pg_class'::regclass and d.objsubid = a.attnum
    where c.relkind in ('r', 'v', 'm', 'p', 'f') and c.oid >= $first
        and a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum""")

CONSTRAINTS = _query("""
    select conrelid, conname, contype, conkey, confrelid, confkey, pg_get_constraintdef(oid)
    from pg_constraint
    where conrelid >= $first and contype in ('p', 'u', 'f', 'c', 'x')""")

# The definition is printed only where names of columns do not say it all: expressions, conditions, included columns.
INDEXES = _query("""
    select i.indrelid, x.relname, i.indisunique, i.indkey::text, i.indnkeyatts, m.amname,
        case when i.indexprs is not null or i.indpred is not null or i.indnatts > i.indnkeyatts
            or i.indoption::text ~ '[1-9]' then pg_get_indexdef(i.indexrelid) end
    from pg_index i
    join pg_class x on x.oid = i.indexrelid
    join pg_am m on m.oid = x.relam
    join pg_class c on c.oid = i.indrelid
    where i.indrelid >= $first and c.relkind in ('r', 'm', 'p')""")

DEPENDENCIES = _query("""
    select r.ev_class, d.refobjid, array_agg(d.refobjsubid order by d.refobjsubid) filter (where d.refobjsubid > 0)
    from pg_rewrite r
    join pg_class c on c.oid = r.ev_class
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
    where r.ev_class >= $first and c.relkind in ('v', 'm') and r.rulename = '_RETURN'
    group by 1, 2""")

ROUTINES = _query("""
    select n.nspname, p.proname, p.prokind, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
        l.lanname, d.description
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    join pg_language l on l.oid = p.prolang
    left join pg_description d on d.objoid = p.oid and d.classoid = 'pg_proc'::regclass and d.objsubid = 0
    where p.oid >= $first and $user_schema and p.oid not in ($routines_of_extensions)
        and p.oid not in ($routines_of_types)
    order by 1, 2, 4""")
