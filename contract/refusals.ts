/** Who has to act on a refusal. */
export type Actor = "producer" | "contract owner" | "operator" | "ours";

/**
 * The closed list of refusals: the data or the request is wrong, nothing changes, and a new execution is needed after
 * the fix. The name is what the state machine matches; each has a section in docs/runbook.md.
 */
export const refusals = {
  ManifestInvalid: "producer",
  FileMissing: "producer",
  FileMismatch: "producer",
  FileUnreadable: "producer",
  StructureChanged: "producer",
  TooManyRejected: "producer",
  EmptyRefresh: "producer",
  BatchTooLarge: "contract owner",
  DatasetUnknown: "contract owner",
  SchemaDrift: "contract owner",
  DependentViews: "contract owner",
  ProtectionChanged: "contract owner",
  BatchCheckFailed: "contract owner",
  Superseded: "operator",
  Unbalanced: "ours",
  WarehouseCheckFailed: "ours",
} as const satisfies Record<string, Actor>;

export type RefusalName = keyof typeof refusals;

export function isRefusalName(name: string): name is RefusalName {
  return Object.hasOwn(refusals, name);
}

/** A refusal on its way to the state machine: `name` is matched there, `message` is for a person and ends with the remedy. */
export class Refusal extends Error {
  override readonly name: RefusalName;

  constructor(name: RefusalName, message: string) {
    super(message);
    this.name = name;
  }
}
