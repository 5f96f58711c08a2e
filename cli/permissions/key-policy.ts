import { z } from "zod";
import { member, resourcesOf } from "../cdk/template-text.js";
import { covers, type Needed, texts, touches } from "./boundary.js";

/**
 * Whom a KMS key's policy shuts out of those that the templates let use the key. IAM's policies count for a key only where its
 * own policy says so, by naming the account (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html): a
 * role that is allowed by its own policy alone is refused otherwise, at the first call.
 */

const Principal = z.union([z.literal("*"), z.looseObject({ AWS: texts, Service: texts })]);
const KeyStatement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: Principal.optional(),
  Action: texts,
  NotAction: texts,
  Condition: z.unknown().optional(),
});
type KeyStatement = z.infer<typeof KeyStatement>;

/** The document, or the answer of `aws kms get-key-policy`, which has it as a text. */
export const KeyPolicy = z.preprocess(
  (value) => (typeof member(value, "Policy") === "string" ? JSON.parse(String(member(value, "Policy"))) : value),
  z.looseObject({ Statement: z.union([KeyStatement, z.array(KeyStatement)]).transform((value) => [value].flat()) }),
);
export type KeyPolicy = z.infer<typeof KeyPolicy>;

/** A role or a service of AWS that has to use the key. */
export interface KeyUser {
  readonly role?: string;
  readonly service?: string;
  readonly action: string;
}

export interface ShutOut extends KeyUser {
  /** The statement that denies it, by its Sid or number; undefined where none allows it. */
  readonly deniedBy: string | undefined;
}

/** What the templates' roles may do with a key. @param needed what `neededBy` finds */
export const rolesOfKey = (needed: readonly Needed[], key: string): readonly KeyUser[] => [
  ...new Map(
    needed
      .filter(({ action, resource }) => action.startsWith("kms:") && resource === key)
      .map(({ role, action }) => [`${role} ${action}`, { role, action }]),
  ).values(),
];

const messages = ["kms:Decrypt", "kms:GenerateDataKey"];
/** What services do with the project's own key by themselves: docs/deployment.md, Your own KMS key. */
export function servicesOfKey(templates: readonly unknown[], key: string, region: string): readonly KeyUser[] {
  const resources = templates.flatMap(resourcesOf).filter(({ properties }) => JSON.stringify(properties).includes(key));
  const has = (...types: readonly string[]) => resources.some(({ type }) => types.includes(type));
  const takesEventsOfS3 = templates.some((template) =>
    resourcesOf(template).some(
      ({ properties }) => "QueueConfigurations" in Object(properties.NotificationConfiguration),
    ),
  );
  const users = (service: string, isThere: boolean, actions: readonly string[]) =>
    isThere ? actions.map((action) => ({ service, action })) : [];
  return [
    ...users(`logs.${region}.amazonaws.com`, has("AWS::Logs::LogGroup"), [
      ...messages,
      "kms:Encrypt",
      "kms:DescribeKey",
    ]),
    ...users("delivery.logs.amazonaws.com", has("AWS::StepFunctions::StateMachine"), ["kms:Decrypt"]),
    ...users("cloudwatch.amazonaws.com", has("AWS::SNS::Topic"), messages),
    ...users("events.amazonaws.com", has("AWS::SNS::Topic", "AWS::SQS::Queue"), messages),
    ...users("sns.amazonaws.com", has("AWS::SQS::Queue"), messages),
    ...users("s3.amazonaws.com", takesEventsOfS3 && has("AWS::SQS::Queue"), messages),
  ];
}

/** Statements with conditions are taken as allowing, and as not denying: only the call tells. */
export function shutOutBy({ Statement }: KeyPolicy, users: readonly KeyUser[], account: string): readonly ShutOut[] {
  return users.flatMap((user): readonly ShutOut[] => {
    const of = Statement.map((statement, index) => ({ statement, name: statement.Sid ?? `statement ${index + 1}` }));
    const meant = of.filter(({ statement }) => speaksOf(statement, user, account));
    const about = { action: user.action, resource: "*" };
    const denial = meant.find(
      ({ statement: { Effect, Condition, ...rest } }) =>
        Effect === "Deny" && Condition === undefined && touches({ ...rest, Effect, Resource: ["*"] }, about),
    );
    if (denial !== undefined) return [{ ...user, deniedBy: denial.name }];
    const isAllowed = meant.some(
      ({ statement }) => statement.Effect === "Allow" && covers({ ...statement, Resource: ["*"] }, about),
    );
    return isAllowed ? [] : [{ ...user, deniedBy: undefined }];
  });
}

/** Whether a statement is about somebody: by name, or as one of the account, or of all. */
function speaksOf({ Principal: named }: KeyStatement, { role, service }: KeyUser, account: string): boolean {
  if (named === "*") return true;
  if (service !== undefined) return named?.Service?.includes(service) ?? false;
  return (named?.AWS ?? []).some(
    (arn) => arn === "*" || arn === account || arn.endsWith(`:${account}:root`) || arn.endsWith(`/${role}`),
  );
}

/** Whether it leaves the account's roles to their own policies. */
export const delegates = ({ Statement }: KeyPolicy, account: string): boolean =>
  Statement.some((statement) => statement.Effect === "Allow" && speaksOf(statement, { role: "", action: "" }, account));
