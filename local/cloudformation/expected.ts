import type { ResolvedResource } from "../call/call.js";

/**
 * Turns what a stack expects to be there into what the local account can give a body: on AWS somebody made it long ago,
 * here nobody did. A cluster or namespace gets an administrator whose password lies in the secret that the stack names.
 */
export function wasThereBefore(expected: ResolvedResource): ResolvedResource {
  const { AdministratorSecretArn: secret, ...properties } = expected.properties;
  if (typeof secret !== "string") return expected;
  switch (expected.type) {
    case "AWS::Redshift::Cluster":
      return {
        ...expected,
        properties: { MasterUsername: "admin", ManageMasterPassword: true, ...properties },
        attributes: {
          "Endpoint.Address": `${expected.ref}.local.redshift.amazonaws.com`,
          "Endpoint.Port": "5439",
          ...expected.attributes,
          MasterPasswordSecretArn: secret,
        },
      };
    case "AWS::RedshiftServerless::Namespace":
      return {
        ...expected,
        properties: { AdminUsername: "admin", ManageAdminPassword: true, ...properties },
        attributes: { ...expected.attributes, AdminPasswordSecretArn: secret },
      };
    default:
      return expected;
  }
}
