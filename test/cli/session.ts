import { createClients } from "../../cli/account/clients.js";
import type { Session } from "../../cli/account/session.js";
import type { Contract } from "../../contract/contract.js";
import { ProjectFile } from "../../contract/schema.js";

export const machineArn = (name: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`;
export const loadArn = (name: string) =>
  `arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:${name}`;

/** A session over the SDK's clients, for tests that mock them. */
export function sessionOf(contracts: readonly Contract[]): Session {
  const project = ProjectFile.parse({
    name: "demo",
    region: "eu-west-1",
    warehouse: { create: {} },
    sources: { usgs: { landing: "create" } },
  });
  return {
    project: { folder: ".", project, contracts, findings: [] },
    clients: createClients({ region: "eu-west-1" }),
    deployment: {
      project,
      account: "000000000000",
      stateMachines: new Map([["demo-run-statements", machineArn("demo-run-statements")]]),
      bucket: (_, kind) => kind,
      loadPartition: () => machineArn("demo-usgs-load-partition"),
    },
    pollEveryMs: 1,
  };
}
