-- sluice.lock_waits: the sessions that hold or wait for a lock on the tables of a dataset, for a person who watches a load.
-- It runs as its owner, the administrator: a regular user sees only their own transactions. It gives no query texts, so
-- that readers may call it. Changes nothing. Appends one line per session and table to the text, the oldest transaction first:
-- process, table, whether it waits (1 or 0), beginning of its transaction (UTC), user.
CREATE OR REPLACE PROCEDURE sluice.lock_waits(
  table_schema varchar(128), target varchar(128), lock_schema varchar(128), lock_table varchar(128),
  INOUT message varchar(16000)
)
AS $$
DECLARE
  session RECORD;
BEGIN
  FOR session IN
    SELECT
      t.pid,
      n.nspname,
      c.relname,
      TRIM(t.txn_owner) AS txn_owner,
      MIN(t.txn_start) AS since,
      MAX(CASE WHEN t.granted THEN 0 ELSE 1 END) AS is_waiting
    FROM pg_catalog.svv_transactions AS t
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = t.relation
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE t.pid <> PG_BACKEND_PID()
      AND ((n.nspname = table_schema AND c.relname = target) OR (n.nspname = lock_schema AND c.relname = lock_table))
    GROUP BY 1, 2, 3, 4
    ORDER BY 5, 1
    LIMIT 40
  LOOP
    message := message || session.pid || ' ' || session.nspname || '.' || session.relname || ' ' || session.is_waiting
      || ' ' || TO_CHAR(session.since, 'YYYY-MM-DD"T"HH24:MI:SS.MS') || 'Z ' || session.txn_owner || CHR(10);
  END LOOP;
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
