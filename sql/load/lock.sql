-- Makes the loads of one dataset queue up. The table is Sluice's own, so that readers are never blocked (C8.14); it is
-- locked before anything takes a snapshot, so that what follows sees what the load before it committed (C9.4).
-- lock: table, the dataset's lock table. Returns nothing.
LOCK TABLE {{lock}}
