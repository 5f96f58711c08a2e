/** Names that Sluice or the lake's partitions use. */
export const reservedColumns: ReadonlySet<string> = new Set(["year", "month", "day", "hour", "batch"]);

/**
 * Columns that every table of PostgreSQL has, and Redshift's with it: no quotes make another column of that name legal
 * (J2.7). All words that SQL reserves are legal names, since every statement quotes them.
 */
export const systemColumns: ReadonlySet<string> = new Set(["tableoid", "xmin", "xmax", "cmin", "cmax", "ctid", "oid"]);
