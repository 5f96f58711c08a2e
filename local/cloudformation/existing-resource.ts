import type { ResolvedResource } from "../call/call.js";

/**
 * Turns what a stack expects to be there into what the local account can give a body: on AWS somebody made it long ago,
 * here nobody did. A cluster or namespace gets an administrator whose password lies in the secret that the stack names.
 */
export function existingResource(existing: ResolvedResource): ResolvedResource {
  if (existing.type === "AWS::S3::Bucket") {
    return { ...existing, attributes: { Arn: `arn:aws:s3:::${existing.ref}`, ...existing.attributes } };
  }
  const { AdministratorSecretArn: secret, ...properties } = existing.properties;
  if (typeof secret !== "string") return existing;
  switch (existing.type) {
    case "AWS::Redshift::Cluster":
      return {
        ...existing,
        properties: { MasterUsername: "admin", ManageMasterPassword: true, ...properties },
        attributes: {
          "Endpoint.Address": `${existing.ref}.local.redshift.amazonaws.com`,
          "Endpoint.Port": "5439",
          ...existing.attributes,
          MasterPasswordSecretArn: secret,
        },
      };
    case "AWS::RedshiftServerless::Namespace":
      return {
        ...existing,
        properties: { AdminUsername: "admin", ManageAdminPassword: true, ...properties },
        attributes: { ...existing.attributes, AdminPasswordSecretArn: secret },
      };
    default:
      return existing;
  }
}
