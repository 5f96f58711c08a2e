import { AwsError, type Shape } from "../call/call.js";
import type { Member, Shapes } from "./operation-shapes.js";
import { decodeScalar } from "./xml-values.js";

/** Reads the form of the query protocol: `Names.member.1=…`, `Attributes.entry.1.key=…`, with the shapes' own names.
 * @throws AwsError ValidationError for a parameter that the operation does not have. */
export function decodeForm(form: URLSearchParams, shape: Shapes): Shape {
  const used = new Set<string>(["Action", "Version"]);
  const result = structureAt("", form, shape, used);
  const unknown = [...form.keys()].find((name) => !used.has(name));
  if (unknown !== undefined) throw new AwsError("ValidationError", `${unknown} is not a parameter of this action`);
  return result;
}

function structureAt(prefix: string, form: URLSearchParams, shape: Shapes, used: Set<string>): Shape {
  const result: Shape = {};
  if (shape.kind !== "structure") return result;
  for (const member of shape.members) {
    const value = valueAt(`${prefix}${member.traits.xmlName ?? member.name}`, form, member, used);
    if (value !== undefined) result[member.name] = value;
  }
  return result;
}

function hasAny(prefix: string, form: URLSearchParams): boolean {
  return [...form.keys()].some((name) => name.startsWith(prefix));
}

function valueAt(name: string, form: URLSearchParams, member: Member, used: Set<string>): unknown {
  const shape = member.shape();
  if (shape.kind === "structure")
    return hasAny(`${name}.`, form) ? structureAt(`${name}.`, form, shape, used) : undefined;
  if (shape.kind === "list") {
    const base = member.traits.isFlattened ? name : `${name}.${shape.item.traits.xmlName ?? "member"}`;
    return listAt(base, form, shape.item, used) ?? listAt(`${name}.member`, form, shape.item, used);
  }
  if (shape.kind === "map") return mapAt(member.traits.isFlattened ? name : `${name}.entry`, form, shape, used);
  const text = form.get(name);
  if (text === null) return undefined;
  used.add(name);
  return decodeScalar(text, shape);
}

function listAt(base: string, form: URLSearchParams, item: Member, used: Set<string>): readonly unknown[] | undefined {
  const items: unknown[] = [];
  for (let place = 1; form.has(`${base}.${place}`) || hasAny(`${base}.${place}.`, form); place += 1) {
    items.push(valueAt(`${base}.${place}`, form, item, used));
  }
  return items.length === 0 ? undefined : items;
}

function mapAt(
  base: string,
  form: URLSearchParams,
  shape: Shapes & { kind: "map" },
  used: Set<string>,
): Shape | undefined {
  const result: Shape = {};
  const keyName = shape.key.traits.xmlName ?? "key";
  const valueName = shape.value.traits.xmlName ?? "value";
  let place = 1;
  for (; form.has(`${base}.${place}.${keyName}`); place += 1) {
    used.add(`${base}.${place}.${keyName}`);
    const key = form.get(`${base}.${place}.${keyName}`) ?? "";
    result[key] = valueAt(`${base}.${place}.${valueName}`, form, shape.value, used);
  }
  return place === 1 ? undefined : result;
}
