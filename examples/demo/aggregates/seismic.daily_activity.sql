create or replace view seismic.daily_activity as
select
  cast(occurred_at as date) as day,
  count(*) as earthquakes,
  max(magnitude) as strongest,
  sum(felt_reports) as felt_reports
from seismic.earthquakes
where event_type = 'earthquake'
group by cast(occurred_at as date)
