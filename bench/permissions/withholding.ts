import type { Statement } from "../../local/iam/document.js";
import type { Policies } from "../../local/iam/policies.js";

/** An action that a role's policy allows. */
export interface Grant {
  /** The role's name. */
  readonly role: string;
  readonly action: string;
  /** The one statement that it is taken out of; all when nothing is said. */
  readonly sid?: string;
}

export const textOf = ({ role, action, sid }: Grant): string =>
  `${role} ${action}${sid === undefined ? "" : ` (${sid})`}`;
export const roleName = (arn: string): string => arn.replace(/^.*:role\//, "");

/** The templates' policies, from which one action of one role can be taken away. */
export class Withholding {
  #withheld: Grant | undefined;
  #granted: readonly Grant[] = [];

  /** Every action that a role's policy allows, once. */
  get granted(): readonly Grant[] {
    return this.#granted;
  }

  withhold(grant: Grant | undefined): void {
    this.#withheld = grant;
  }

  /** The policies as the account shall evaluate them, now and later. */
  policies(declared: Policies): Policies {
    this.#granted = [...declared.identity].flatMap(([arn, statements]) => {
      const actions = new Set(
        statements.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action = [] }) => Action),
      );
      return [...actions].map((action) => ({ role: roleName(arn), action }));
    });
    const identity = new Map(
      [...declared.identity].map(([arn, statements]) => [arn, this.#without(roleName(arn), statements)] as const),
    );
    return { ...declared, identity: new LiveMap(identity) };
  }

  #without(role: string, statements: readonly Statement[]): Get {
    return () => {
      const grant = this.#withheld;
      if (grant?.role !== role) return statements;
      return statements.flatMap((statement) => {
        if (grant.sid !== undefined && statement.Sid !== grant.sid) return [statement];
        const Action = statement.Action?.filter((action) => action !== grant.action);
        return Action?.length === 0 ? [] : [{ ...statement, ...(Action === undefined ? {} : { Action }) }];
      });
    };
  }
}

type Get = () => readonly Statement[];

/** A map whose values are asked for anew each time. */
class LiveMap extends Map<string, readonly Statement[]> {
  readonly #values: ReadonlyMap<string, Get>;

  constructor(values: ReadonlyMap<string, Get>) {
    super();
    this.#values = values;
  }

  override get(key: string): readonly Statement[] | undefined {
    return this.#values.get(key)?.();
  }
}
