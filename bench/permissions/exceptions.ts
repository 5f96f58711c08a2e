/** What a policy grants that no run on a local account can show, with the fact that asks for it. */
export interface Exception {
  readonly what: string;
  readonly why: string;
  /** `<role> <action>` */
  readonly matches: (grant: string) => boolean;
}

/** More would be a policy that nobody understands. */
export const mostExceptions = 25;

const grants = (what: RegExp, why: string): Exception => ({
  what: what.source,
  why,
  matches: (grant) => what.test(grant),
});

export const exceptions: readonly Exception[] = [grants(/ (xray:.*)$/, "tracing of state machines (A10)")];
