/** Something wrong with a definition: AWS's code, a text, and the place as a path such as `/States/A/Next`. */
export interface Finding {
  readonly code:
    | "SCHEMA_VALIDATION_FAILED"
    | "MISSING_TRANSITION_TARGET"
    | "INVALID_JSON_DESCRIPTION"
    | "MISSING_END_STATE"
    | "DUPLICATE_STATE_NAME";
  readonly message: string;
  readonly location: string;
}

/** A definition that AWS would refuse at creation. The message names every finding. */
export class InvalidDefinition extends Error {
  override readonly name = "InvalidDefinition";
  readonly findings: readonly Finding[];

  /** @param machine named in the message, where it is known */
  constructor(findings: readonly Finding[], machine?: string) {
    const texts = findings.map(({ code, message, location }) => `${code}: ${message} at ${location}`);
    super(`${machine === undefined ? "" : `${machine}: `}Invalid State Machine Definition: '${texts.join(", ")}'`);
    this.findings = findings;
  }
}
