import { randomInt } from "node:crypto";
import { z } from "zod";
import type { ResolvedResource } from "../call/call.js";

const Generate = z.strictObject({
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
  ExcludeCharacters: z.string().default(""),
  PasswordLength: z.coerce.number().default(32),
  ExcludeLowercase: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  RequireEachIncludedType: z.boolean().default(true),
});
export type GenerateOptions = z.infer<typeof Generate>;

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** A password as GetRandomPassword makes one. @throws Error when nothing is left to choose from. */
export function randomPassword(options: Partial<GenerateOptions> = {}): string {
  const given = Generate.parse(options);
  const classes = [
    given.ExcludeLowercase ? "" : LOWER,
    given.ExcludeUppercase ? "" : UPPER,
    given.ExcludeNumbers ? "" : DIGITS,
    given.ExcludePunctuation ? "" : PUNCTUATION,
    given.IncludeSpace ? " " : "",
  ]
    .map((all) => [...all].filter((char) => !given.ExcludeCharacters.includes(char)).join(""))
    .filter((all) => all !== "");
  if (classes.length === 0) throw new Error("a generated secret excludes every character");
  const required = given.RequireEachIncludedType ? classes.map(pick) : [];
  const any = classes.join("");
  const free = Array.from({ length: Math.max(0, given.PasswordLength - required.length) }, () => pick(any));
  return shuffle([...required, ...free]).join("");
}

function pick(chars: string): string {
  return chars[randomInt(chars.length)] ?? "";
}

function shuffle(items: readonly string[]): readonly string[] {
  const shuffled = [...items];
  for (let at = shuffled.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other] ?? "", shuffled[at] ?? ""];
  }
  return shuffled;
}

/** The first value of a secret of the template: given, generated, or none. @throws Error that names the resource. */
export function firstValue(secret: ResolvedResource): string | undefined {
  const { SecretString, GenerateSecretString } = secret.properties;
  if (typeof SecretString === "string") return SecretString;
  if (GenerateSecretString === undefined) return undefined;
  const place = `${secret.stack}.${secret.logicalId}.GenerateSecretString`;
  const parsed = Generate.safeParse(GenerateSecretString);
  if (!parsed.success) throw new Error(`${place}: ${z.prettifyError(parsed.error)}`);
  const password = randomPassword(parsed.data);
  const { SecretStringTemplate, GenerateStringKey } = parsed.data;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  const template = z.record(z.string(), z.unknown()).parse(JSON.parse(SecretStringTemplate));
  return JSON.stringify({ ...template, [GenerateStringKey]: password });
}
