-- The events of the log, made without retention_rules; instants are microseconds since 1970.
-- $path is the parquet file.

create table log as
select
    number as incident,
    epoch_us(strptime(sys_updated_at, '%d/%m/%Y %H:%M')) as instant,
    cast(sys_mod_count as integer) as updates,
    ident_state as state,
    epoch_us(strptime(opened_at, '%d/%m/%Y %H:%M')) as opened,
    caller_id as caller,
    assigned_to as assignee,
    priority
from read_parquet($path);

create table ranked as
select *, row_number() over (partition by incident order by instant, updates) as k from log;

create table opening as
select
    incident,
    least(opened, instant) as instant,
    updates,
    priority,
    case when caller = '?' then 'caller-of-' || incident else 'caller-' || caller end as customer
from ranked
where k = 1;

-- Away from a state and back in it within one minute: it was never left.
create table overtaken as
select distinct u.incident, u.k
from ranked as a
join ranked as away on away.incident = a.incident and away.k = a.k + 1
join ranked as b
    on b.incident = a.incident and b.k > away.k and b.instant = away.instant and b.state = a.state
join ranked as u on u.incident = a.incident and u.k > a.k and u.k < b.k
where a.state in ('Awaiting User Info', 'Resolved', 'Closed') and u.state <> a.state;

create table moves as
select
    *,
    coalesce(lag(state) over (partition by incident order by k), '') as before
from ranked
anti join overtaken using (incident, k);

create table happened as
with named as (
    select incident, updates, instant, 'opened' as what from opening
    union all
    select incident, arg_min(updates, k), arg_min(instant, k), 'taken-up'
    from ranked
    where state = 'Active' or assignee <> '?'
    group by incident
    union all
    select incident, updates, instant, 'wait-began'
    from moves
    where state = 'Awaiting User Info' and before <> state
    union all
    select incident, updates, instant, 'wait-ended'
    from moves
    where before = 'Awaiting User Info' and before <> state
    union all
    select incident, updates, instant, 'resolved'
    from moves
    where state = 'Resolved' and before <> state
    union all
    select incident, updates, instant, 'closed'
    from moves
    where state = 'Closed' and before <> state
    union all
    select incident, updates, instant, 'reopened'
    from moves
    where before in ('Resolved', 'Closed') and state not in ('Resolved', 'Closed')
)
select
    named.what,
    named.instant,
    named.incident,
    'itsm:' || named.incident || '.' || named.updates || '.' || named.what as id,
    opening.customer,
    opening.priority
from named
join opening using (incident);
