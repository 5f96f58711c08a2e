-- sluice.lock_holders: appends to a message who holds a lock on a table: process, user, since when and what they run.
-- It runs as its owner, the administrator: a regular user sees only their own transactions and queries. Changes nothing.
CREATE OR REPLACE PROCEDURE sluice.lock_holders(
  table_schema varchar(128), target varchar(128), INOUT message varchar(4000)
)
AS $$
DECLARE
  holder RECORD;
  running RECORD;
  holders_found int;
BEGIN
  holders_found := 0;
  FOR holder IN
    SELECT t.pid, TRIM(t.txn_owner) AS txn_owner, MIN(t.txn_start) AS since
    FROM pg_catalog.svv_transactions AS t
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = t.relation
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = table_schema AND c.relname = target AND t.granted AND t.pid <> PG_BACKEND_PID()
    GROUP BY 1, 2
    ORDER BY 3
    LIMIT 3
  LOOP
    holders_found := holders_found + 1;
    message := message || ' Process ' || holder.pid || ' (' || holder.txn_owner || ') has held it since '
      || TO_CHAR(holder.since, 'YYYY-MM-DD HH24:MI:SS') || ' UTC';
    FOR running IN
      SELECT LEFT(TRIM(query_text), 500) AS query_text
      FROM pg_catalog.sys_query_history
      WHERE session_id = holder.pid
      ORDER BY start_time DESC
      LIMIT 1
    LOOP
      message := message || ': ' || running.query_text;
    END LOOP;
    message := message || '.';
  END LOOP;
  IF holders_found = 0 THEN
    message := message || ' Nobody holds it any more.';
  END IF;
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
