import { z } from "zod";

/**
 * What a permissions boundary forbids of what the roles of the templates may do: on AWS a load would find it out at the first
 * call. A boundary allows what one of its statements allows and none denies.
 */

export const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat())
  .optional();

const BoundaryStatement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: texts,
  NotAction: texts,
  Resource: texts,
  NotResource: texts,
  Condition: z.unknown().optional(),
});
type BoundaryStatement = z.infer<typeof BoundaryStatement>;

export const Boundary = z.looseObject({
  Statement: z.union([BoundaryStatement, z.array(BoundaryStatement)]).transform((value) => [value].flat()),
});
export type Boundary = z.infer<typeof Boundary>;

/** An action that a role's policy allows on a resource; `*` may stand in both. */
export interface Needed {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

export interface Forbidden extends Needed {
  /** The statement that denies it, by its Sid or number; undefined where none allows it. */
  readonly deniedBy: string | undefined;
}

/** Statements with conditions are taken as allowing, and as not denying: only the call tells. */
export function forbiddenBy({ Statement }: Boundary, needed: readonly Needed[]): readonly Forbidden[] {
  const denies = Statement.flatMap((statement, index) =>
    statement.Effect === "Deny" && statement.Condition === undefined
      ? [{ statement, name: statement.Sid ?? `statement ${index + 1}` }]
      : [],
  );
  const allows = Statement.filter(({ Effect }) => Effect === "Allow");
  return needed.flatMap((each): readonly Forbidden[] => {
    const denial = denies.find(({ statement }) => touches(statement, each));
    if (denial !== undefined) return [{ ...each, deniedBy: denial.name }];
    return allows.some((statement) => covers(statement, each)) ? [] : [{ ...each, deniedBy: undefined }];
  });
}

/** The names of statements whose conditions nobody can evaluate beforehand. */
export const conditional = ({ Statement }: Boundary): readonly string[] =>
  Statement.flatMap(({ Sid, Condition }, index) => (Condition === undefined ? [] : [Sid ?? `statement ${index + 1}`]));

/** Whether a statement speaks of all of it. */
export const covers = (
  { Action, NotAction, Resource, NotResource }: BoundaryStatement,
  { action, resource }: Omit<Needed, "role">,
) =>
  (Action?.some((pattern) => fits(pattern, action, true)) ??
    !(NotAction ?? []).some((pattern) => overlap(pattern, action, true))) &&
  (Resource?.some((pattern) => fits(pattern, resource)) ??
    !(NotResource ?? []).some((pattern) => overlap(pattern, resource)));

/** Whether a statement speaks of some of it. */
export const touches = (
  { Action, NotAction, Resource, NotResource }: BoundaryStatement,
  { action, resource }: Omit<Needed, "role">,
) =>
  (Action?.some((pattern) => overlap(pattern, action, true)) ??
    !(NotAction ?? []).some((pattern) => fits(pattern, action, true))) &&
  (Resource?.some((pattern) => overlap(pattern, resource)) ??
    !(NotResource ?? []).some((pattern) => fits(pattern, resource)));

/** Whether a pattern matches all that a text, itself perhaps a pattern, stands for. */
function fits(pattern: string, text: string, ignoresCase = false): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, ignoresCase ? "i" : "").test(text);
}

const overlap = (one: string, other: string, ignoresCase = false) =>
  fits(one, other, ignoresCase) || fits(other, one, ignoresCase);

const Template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});
const Allowing = z.looseObject({ Effect: z.string(), Action: texts, Resource: z.unknown() });

/** Where the templates are deployed, as far as it is known. */
export interface Deployed {
  readonly partition: string;
  readonly region: string;
  readonly account: string | undefined;
}

/** What the policies of the templates' roles allow: what must get past a boundary. */
export function neededBy(templates: readonly unknown[], where: Deployed): readonly Needed[] {
  return templates.flatMap((template) => {
    const resources = Object.entries(Template.parse(template).Resources);
    const names = new Map(
      resources.flatMap(([id, { Type, Properties }]) =>
        Type === "AWS::IAM::Role" ? [[id, text(Properties.RoleName, where) || id] as const] : [],
      ),
    );
    return resources.flatMap(([id, { Type, Properties }]) => {
      if (Type === "AWS::IAM::Role") {
        const documents = list(Properties.Policies).map((policy) => member(policy, "PolicyDocument"));
        return documents.flatMap((document) => allowed(names.get(id) ?? id, document, where));
      }
      if (Type !== "AWS::IAM::Policy") return [];
      return list(Properties.Roles).flatMap((role) =>
        allowed(names.get(String(member(role, "Ref"))) ?? text(role, where), Properties.PolicyDocument, where),
      );
    });
  });
}

function allowed(role: string, document: unknown, where: Deployed): readonly Needed[] {
  return list(member(document, "Statement")).flatMap((each) => {
    const { Effect, Action = [], Resource } = Allowing.parse(each);
    if (Effect !== "Allow") return [];
    return Action.flatMap((action) => list(Resource).map((one) => ({ role, action, resource: text(one, where) })));
  });
}

const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());
const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

/** A value of a template with what is known put in; what CloudFormation alone knows is `*`. */
function text(value: unknown, where: Deployed): string {
  if (typeof value === "string") return filled(value, where);
  const sub = member(value, "Fn::Sub");
  if (sub !== undefined) return text(sub, where);
  const ref = member(value, "Ref");
  if (typeof ref === "string") return filled(`\${${ref}}`, where);
  const join = member(value, "Fn::Join");
  if (Array.isArray(join) && Array.isArray(join[1]))
    return join[1].map((part) => text(part, where)).join(String(join[0]));
  return value === undefined ? "" : "*";
}

const filled = (value: string, { partition, region, account = "*" }: Deployed) => {
  const known = new Map([
    ["AWS::Partition", partition],
    ["AWS::Region", region],
    ["AWS::AccountId", account],
  ]);
  return value.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => known.get(name) ?? "*");
};
