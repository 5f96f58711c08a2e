/** Redshift would answer this. `message` is its text without the leading "ERROR: ". */
export class RedshiftError extends Error {
  override readonly name = "RedshiftError";
}

/** Redshift may know it, or PostgreSQL does; the local account does not promise to do what Redshift does. */
export class NotSupportedLocally extends Error {
  override readonly name = "NotSupportedLocally";
  readonly what: string;

  constructor(what: string) {
    super(`not supported in the local account: ${what}; see the README of local-account`);
    this.what = what;
  }
}

export function syntaxError(near: string): RedshiftError {
  return new RedshiftError(near === "" ? "syntax error at end of input" : `syntax error at or near "${near}"`);
}
