-- Routes the statements of this session to the queue of the loads (C10.5). First of a load's batch; takes no snapshot.
-- query_group: literal, the name of the group. Returns nothing.
SET query_group TO {{query_group}}
