import type { Operation, ServiceBody, Shape } from "../../call/call.js";

const PRINCIPAL = { arn: "arn:aws:iam::000000000000:root", accountId: "000000000000", kind: "root" } as const;

/** Calls an operation as the root user. */
export function caller(service: ServiceBody): (operation: string, input: Shape) => Promise<Shape> {
  return (name, input) => {
    const operation: Operation | undefined = service.operations[name];
    if (operation === undefined) throw new Error(`no operation ${name}`);
    return operation(input, { principal: PRINCIPAL });
  };
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
