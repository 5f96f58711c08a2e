import { z } from "zod";

/** What a column and a project say of protection: values that are replaced before anything is written. */

export const ProtectFile = z
  .union([z.enum(["hash", "erase", "none"]), z.strictObject({ partial: z.int().min(1).max(1000) })])
  .describe(
    "What to write instead of the value. `hash`: a keyed hash. `partial`: *** and the last characters, as many as given. `erase`: NULL. `none`: the value itself, on purpose, although another column protects the same data.",
  );
export type ProtectFile = z.output<typeof ProtectFile>;

/** The compiled form: what `contract.json` holds. */
export const Protect = z.union([z.enum(["hash", "erase"]), z.strictObject({ partial: z.int() })]).nullable();
export type Protect = z.infer<typeof Protect>;

export const compileProtect = (protect: ProtectFile | undefined): Protect =>
  protect === undefined || protect === "none" ? null : protect;

/** What a column's comment says that its values are: the mark of it. */
const mark = z
  .string()
  .regex(
    /^(clear|erase|partial \d+|hash [0-9a-f]{12})$/,
    "what a column holds is said as its comment says it: 'hash <version of the key>', 'partial <n>', 'erase', or 'clear'",
  );

export const ProtectionFile = z.strictObject({
  key: z
    .union([
      z.literal("create"),
      z.string().regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/, "the ARN of a secret"),
    ])
    .default("create")
    .describe("The key of `protect: hash`: a secret that the project creates, or the ARN of an existing one."),
  replaces: z
    .array(mark)
    .default([])
    .describe(
      "Protection that tables may still hold from before, such as 'hash 1a2b3c4d5e6f'. Without it, a load is refused because its values would differ.",
    ),
  local_key: z
    .string()
    .refine((text) => Buffer.byteLength(text) >= 32, "a key has at least 32 bytes")
    .optional()
    .describe("The key to use in the local account. Default: a fixed one that protects nothing."),
});
export type ProtectionFile = z.output<typeof ProtectionFile>;

/** The key of local accounts that are given none: everybody knows it. */
export const worthlessKey = "sluice-local-account-key-that-is-worth-nothing";

/** The column's mark: what its comment says of its values, and `clear` for one that says nothing. */
export function markOf(protect: Protect, keyVersion: string | null): string {
  if (protect === null) return "clear";
  if (protect === "erase") return "erase";
  return protect === "hash" ? `hash ${keyVersion ?? "unknown"}` : `partial ${protect.partial}`;
}

/** How a column's comment begins that has a mark; SQL reads it back (sql/inspect/comments.sql). */
export const markedComment = (text: string | null, columnMark: string): string | null =>
  columnMark === "clear" ? text : `[protected: ${columnMark}]${text === null ? "" : ` ${text}`}`;

/** Whether any column of the contracts is hashed with the project's key. */
export const needsKey = (
  contracts: readonly { readonly columns: readonly { readonly protect: Protect }[] }[],
): boolean => contracts.some(({ columns }) => columns.some(({ protect }) => protect === "hash"));
