import { z } from "zod";

/** IAM policy documents, as templates hold them once every intrinsic function is resolved. */

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const conditionValues = z.union([
  z.string(),
  z.boolean(),
  z.number(),
  z.array(z.union([z.string(), z.boolean(), z.number()])),
]);

const PrincipalPart = z.union([
  z.literal("*"),
  z.strictObject({ AWS: texts.optional(), Service: texts.optional(), Federated: texts.optional() }),
]);

export const Statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Action: texts.optional(),
    NotAction: texts.optional(),
    Resource: texts.optional(),
    NotResource: texts.optional(),
    Principal: PrincipalPart.optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), {
    message: "a statement has Action or NotAction",
  });
export type Statement = z.infer<typeof Statement>;

export const PolicyDocument = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([Statement, z.array(Statement)]).transform((value) => [value].flat()),
});

/**
 * The statements of a document.
 * @throws Error that names the place when the document holds what the local account does not evaluate.
 */
export function readStatements(document: unknown, place: string): readonly Statement[] {
  const parsed = PolicyDocument.safeParse(document);
  if (parsed.success) return parsed.data.Statement;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${place}: a policy that the local account cannot evaluate: ${issue?.path.join(".")}: ${issue?.message}`,
  );
}
