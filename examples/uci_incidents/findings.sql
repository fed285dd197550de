-- What is owed at the instant $as_of (microseconds since 1970), by docs/semantics.md, from the
-- table `happened` of events.sql.

with recursive

rules(rule, opens_with, priority, paid_by, freed_by, unit, amount, stops, expiry) as (
    values
    ('desk.take-up', 'opened', null, 'taken-up', 'resolved', 'hours', 1, false, 'again'),
    ('desk.resolve-critical', 'opened', '1', 'resolved', 'closed', 'hours', 4, true, 'never'),
    ('desk.resolve-high', 'opened', '2', 'resolved', 'closed', 'hours', 24, true, 'never'),
    ('desk.resolve-moderate', 'opened', '3', 'resolved', 'closed', 'hours', 120, true, 'never'),
    ('desk.resolve-low', 'opened', '4', 'resolved', 'closed', 'hours', 240, true, 'never'),
    ('desk.resolve-again', 'reopened', null, 'resolved', 'closed', 'hours', 24, true, 'week'),
    ('desk.close', 'resolved', null, 'closed', 'reopened', 'days', 6, false, 'again')
),

units as (select 3600 * 1000000::bigint as hour, 86400 * 1000000::bigint as day),

seen as (select * from happened where instant <= $as_of),

owed as (
    select
        rules.*,
        seen.customer,
        seen.incident,
        seen.id as trigger,
        seen.instant as opens,
        case unit
            when 'hours' then seen.instant + amount * hour
            else (seen.instant // day + amount + 1) * day - 1 -- the last microsecond of that date
        end as base
    from seen
    join rules
        on rules.opens_with = seen.what
        and (rules.priority is null or rules.priority = seen.priority)
    cross join units
),

-- The first touch and the first release, at the trigger's instant or later. If the first touch is
-- too late, so is every other: the end of what can be paid no longer moves once it has passed.
touches as (
    select owed.rule, owed.trigger, seen.instant, seen.id
    from owed
    join seen
        on seen.incident = owed.incident
        and seen.what = owed.paid_by
        and seen.instant >= owed.opens
    qualify row_number() over (
        partition by owed.rule, owed.trigger order by seen.instant, seen.id
    ) = 1
),

releases as (
    select owed.rule, owed.trigger, seen.instant, seen.id
    from owed
    join seen
        on seen.incident = owed.incident
        and seen.what = owed.freed_by
        and seen.instant >= owed.opens
    qualify row_number() over (
        partition by owed.rule, owed.trigger order by seen.instant, seen.id
    ) = 1
),

-- `known` is the instant up to which waits count: a touch or release ends the race.
races as (
    select
        owed.*,
        touches.instant as touched,
        touches.id as touched_by,
        releases.instant as freed,
        releases.id as freed_through,
        least(
            coalesce(touches.instant, $as_of), coalesce(releases.instant, $as_of), $as_of
        ) as known
    from owed
    left join touches using (rule, trigger)
    left join releases using (rule, trigger)
),

-- Waits from begin up to before end. At one instant begins come before ends, so that an instant
-- with an end leaves no wait behind.
instants as (
    select incident, instant, bool_and(what = 'wait-began') as waiting
    from seen
    where what in ('wait-began', 'wait-ended')
    group by incident, instant
),

turns as (
    select *
    from instants
    qualify waiting <> lag(waiting, 1, false) over (partition by incident order by instant)
),

waits as (
    select incident, began, ended
    from (
        select
            incident,
            waiting,
            instant as began,
            lead(instant) over (partition by incident order by instant) as ended
        from turns
    )
    where waiting
),

stops as (
    select
        races.rule,
        races.trigger,
        waits.began,
        greatest(waits.began, races.opens) as counts_from,
        case when waits.ended <= races.known then waits.ended end as ended,
        row_number() over (
            partition by races.rule, races.trigger order by waits.began
        ) as i
    from races
    join waits using (incident)
    where
        races.stops
        and waits.began <= races.known
        and (waits.ended is null or waits.ended > races.opens)
),

-- One wait after the other: it moves due, unless it began at or after due as moved so far; while
-- it lasts (it is then the last) there is no due.
clock as (
    select rule, trigger, 0::bigint as i, base as due, null::bigint as since from races
    union all
    select
        clock.rule,
        clock.trigger,
        stops.i,
        case
            when stops.began >= clock.due or stops.ended is null then clock.due
            else clock.due + stops.ended - stops.counts_from
        end,
        case when stops.began < clock.due and stops.ended is null then stops.began end
    from clock
    join stops
        on stops.rule = clock.rule and stops.trigger = clock.trigger and stops.i = clock.i + 1
),

placed as (
    select
        races.*,
        clock.since,
        case when clock.since is null then clock.due end as due
    from races
    join clock using (rule, trigger)
    qualify row_number() over (partition by rule, trigger order by clock.i desc) = 1
),

windows as (
    select
        placed.*,
        case expiry
            when 'week' then (due // day + 8) * day - 1
            when 'again'
                then greatest(
                    due + amount * case unit when 'hours' then hour else day end,
                    (due // day + 2) * day - 1
                )
        end as expires
    from placed
    cross join units
),

-- Payment wins a tie with release; both count up to and including `expires`.
ends as (
    select
        *,
        touched is not null
        and (freed is null or touched <= freed)
        and (expires is null or touched <= expires) as is_paid,
        freed is not null
        and (touched is null or freed < touched)
        and (expires is null or freed <= expires) as is_freed
    from windows
),

judged as (
    select
        *,
        case
            when is_paid and (due is null or touched <= due) then 'fulfilled'
            when is_paid then 'repaired'
            when is_freed and (due is null or freed <= due) then 'released'
            when is_freed then 'lapsed'
            when $as_of > expires then 'lapsed'
            when $as_of > due then 'breached'
            else 'open'
        end as status
    from ends
)

select
    rule || '/' || customer || '/' || incident || '/' || trigger as key,
    rule,
    customer,
    incident,
    trigger,
    status,
    opens,
    due,
    expires,
    case when is_paid then touched when is_freed then freed end as ended,
    case when is_paid then touched_by when is_freed then freed_through end as ended_by,
    case when status = 'open' then since end as paused_since,
    case status when 'open' then due + 1 when 'breached' then expires + 1 end as next_change
from judged
order by key;
