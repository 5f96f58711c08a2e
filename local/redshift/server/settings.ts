import { totalmem } from "node:os";

const MB = 1024 ** 2;

/** Bytes that this process and its children may hold: the machine's, or those of its container. */
export function availableMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || totalmem());
}

/** Our promise is to survive the death of processes, not of the machine: what is written is in the page cache, so
 * nothing waits for the disk. Commits still write their log before they are answered.
 *
 * A quarter of the memory for pages, as PostgreSQL's manual advises (Resource Consumption), 1 GB at most: a scan of a table
 * above a quarter of that keeps none of it, so that with 128 MB each statement read tables of 40 MB again.
 * Pages are taken as they are filled. @param memory bytes */
export function serverSettings(memory: number): Readonly<Record<string, string>> {
  return {
    listen_addresses: "",
    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "on",
    wal_level: "minimal",
    max_wal_senders: "0",
    max_wal_size: "4GB",
    shared_buffers: `${Math.floor(Math.min(Math.max(memory / 4, 128 * MB), 1024 * MB) / MB)}MB`,
    work_mem: "64MB",
    // Staging tables are temporary: with PostgreSQL's 8 MB a batch is written to files and read again by each statement.
    temp_buffers: "64MB",
    jit: "off",
    autovacuum: "off",
    // What a COPY gathers for the plan of the merge behind it: 6,000 rows tell as much as 30,000, five times as fast.
    default_statistics_target: "20",
    timezone: "UTC",
    log_timezone: "UTC",
    max_connections: "200",
    log_min_messages: "fatal",
    max_pred_locks_per_transaction: "256",
  };
}
