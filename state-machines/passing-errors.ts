/** An error of the warehouse that passes by itself: the statement is sent again. */
export interface PassingError {
  readonly name: string;
  /** What its text has, as a regular expression without capitals, backslashes and quotes: it stands in a definition. */
  readonly text: string;
  /** A text of Redshift in which it was seen. */
  readonly example: string;
  /** Where it was seen: facts of AWS, or reports of users. */
  readonly source: string;
  readonly backOff: BackOff;
}

/**
 * How long a statement waits before it is sent again; the numbers stand in run-statements' Wait states.
 * - `recovery`: 5 s, doubling, at most 5 min, 8 times: 915 s, longer than a failover or another load's last statement.
 * - `rotation`: 1 min, twice. A user is locked after 5 failed passwords (J2.5), so nobody tries often.
 */
export type BackOff = "recovery" | "rotation";

const error = (name: string, text: string, example: string, source: string, backOff: BackOff = "recovery") => ({
  ...{ name, text, example, source, backOff },
});

/**
 * The one list of what run-statements sends again, since the Data API knows no codes, only texts (B3.3). Anything else is
 * not sent again.
 */
export const passingErrors: readonly PassingError[] = [
  error(
    "Serializable isolation violation",
    "error: *1023([^0-9]|$)|serializable isolation violation|could not serialize access",
    "ERROR:1023 DETAIL: Serializable isolation violation on table - 100123",
    "C9.2",
  ),
  error(
    "Relation newer than the snapshot",
    "error: *1018([^0-9]|$)",
    "ERROR: 1018 DETAIL: Relation does not exist",
    "C9.3",
  ),
  error(
    "Concurrent transaction",
    "could not complete because of conflict with concurrent transaction",
    "ERROR: could not complete because of conflict with concurrent transaction",
    "J2.4, dbt-core",
  ),
  error(
    "Table dropped meanwhile",
    "table .*dropped by concurrent transaction",
    "ERROR: table 3380474 dropped by concurrent transaction",
    "J2.4, dbt-adapters",
  ),
  error(
    "Relation replaced meanwhile",
    "could not open relation with oid",
    "ERROR: could not open relation with OID 3380474",
    "J2.4, dbt-core",
  ),
  error("Deadlock", "deadlock detected", "ERROR: deadlock detected", "C9.6"),
  error(
    "Too many connections",
    "connection limit .*exceeded for non-bootstrap users",
    'FATAL: connection limit "500" exceeded for non-bootstrap users',
    "J2.4, aws-lambda-redshift-loader",
  ),
  error(
    "Aborted by the system",
    "error: *1020([^0-9]|$)|system requested abort",
    "ERROR: Query (1207) cancelled because of system requested abort query",
    "J2.4, amazon-redshift-jdbc-driver",
  ),
  error(
    "Spectrum throttled by S3",
    "s3 query exception.*resource temporarily unavailable",
    "ERROR: S3 Query Exception (Fetch): Resource temporarily unavailable",
    "J2.4, arthur-redshift-etl",
  ),
  error(
    "Spectrum's connection",
    "connection failed, retries exceeded",
    "ERROR: Connection failed, retries exceeded",
    "J2.4, arthur-redshift-etl",
  ),
  error(
    "Lost connection",
    "connection ([a-z]+ )*(closed|lost|reset|refused|terminated|timed out|failed)|terminating connection|server closed the connection|could not (connect|establish)",
    "terminating connection due to administrator command",
    "B3.6",
  ),
  error(
    "Rotated password",
    "password authentication failed",
    'FATAL: password authentication failed for user "sluice_loader"',
    "J2.5",
    "rotation",
  ),
];

/** Those that wait alike as one regular expression, to be read without regard to capitals. */
export const passingPattern = (backOff: BackOff): string =>
  passingErrors
    .filter((each) => each.backOff === backOff)
    .map(({ text }) => text)
    .join("|");
