import path from "node:path";
import { type Account, AwsError, type ServiceBody, type Shape } from "../../call/call.js";
import { requiredText } from "../../call/input.js";
import { iamUser } from "../cluster/service.js";
import { ServerlessSnapshots } from "./snapshots.js";
import type { WorkgroupDefinition } from "./workgroup.js";

const CREDENTIALS_MS = 900_000;

/** Redshift Serverless: the workgroups and namespaces that the templates name, their snapshots, credentials (D5). */
export function createServerlessService(
  account: Pick<Account, "clock" | "region" | "accountId" | "stateFolder">,
  workgroups: readonly WorkgroupDefinition[],
): ServiceBody {
  const byNamespace = new Map(workgroups.map((each) => [each.namespace, each]));
  const byWorkgroup = new Map(workgroups.map((each) => [each.workgroup, each]));
  const snapshots = new ServerlessSnapshots(
    path.join(account.stateFolder, "serverless-snapshots.json"),
    account,
    byNamespace,
  );
  const find = (all: ReadonlyMap<string, WorkgroupDefinition>, name: string): WorkgroupDefinition => {
    const found = all.get(name);
    if (found === undefined) throw new AwsError("ResourceNotFoundException", `${name} does not exist.`);
    return found;
  };
  return {
    service: "redshift-serverless",
    operations: {
      CreateSnapshot: async (input) => snapshots.create(input),
      GetSnapshot: async (input) => snapshots.get(input),
      ListSnapshots: async (input) => snapshots.list(input),
      GetNamespace: async (input) => ({ namespace: describe(find(byNamespace, requiredText(input, "namespaceName"))) }),
      GetCredentials: async (input, { principal }) => {
        find(byWorkgroup, requiredText(input, "workgroupName"));
        return {
          dbUser: iamUser({ principal }),
          dbPassword: "not used in the local account",
          expiration: new Date(account.clock.now() + CREDENTIALS_MS),
        };
      },
    },
  };
}

/** Those of a namespace's members that the templates decide. */
const describe = ({ namespace, namespaceId, namespaceArn, warehouse }: WorkgroupDefinition): Shape => ({
  namespaceName: namespace,
  namespaceId,
  namespaceArn,
  dbName: warehouse.database,
  adminUsername: warehouse.masterUser,
  ...(warehouse.masterSecretArn !== undefined && { adminPasswordSecretArn: warehouse.masterSecretArn }),
  iamRoles: warehouse.roles,
  status: "AVAILABLE",
});
