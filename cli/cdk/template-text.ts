/** What of a template can be read before CloudFormation resolves it. */

export type Properties = Readonly<Record<string, unknown>>;

export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
}

export const isMapping = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const member = (value: unknown, name: string): unknown =>
  isMapping(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** One, several or none of a property that takes both. */
export const items = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());

export const resourcesOf = (template: unknown): readonly TemplateResource[] =>
  Object.entries(Object(member(template, "Resources") ?? {})).map(([id, resource]) => {
    const properties = member(resource, "Properties");
    return { id, type: String(member(resource, "Type")), properties: isMapping(properties) ? properties : {} };
  });

/** Twelve digits stand for the account; every other name is at least empty. */
const leastOf = (name: string) => (name === "AWS::AccountId" ? "000000000000" : name === "AWS::Partition" ? "aws" : "");

const leastText = (text: string) => text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => leastOf(name));

/** A value with everything that CloudFormation alone knows as short as it can be. */
function least(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(least);
  if (!isMapping(value)) return value;
  const [key] = Object.keys(value);
  if (key === "Ref") return leastOf(String(value.Ref));
  if (key === "Fn::Join" && Array.isArray(value[key])) {
    const [separator, parts] = value[key];
    return items(parts)
      .map((part) => String(least(part)))
      .join(String(separator));
  }
  if (key === "Fn::Sub") {
    const text = items(value[key])[0];
    return typeof text === "string" ? leastText(text) : "";
  }
  if (key?.startsWith("Fn::")) return "";
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, least(each)]));
}

/** Of a value as AWS gets it, in JSON without white space, at least: bytes and characters are the same in ASCII. */
export function characters(value: unknown): number {
  if (value === undefined) return 0;
  const text = least(value);
  return Buffer.byteLength(typeof text === "string" ? text : JSON.stringify(text));
}
