import { soundProject } from "../../contract/projects.js";

export const key = "arn:aws:kms:eu-west-1:111111111111:key/6b8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10";
export const boundary = "arn:aws:iam::111111111111:policy/platform/boundary";

/** A project of a company that insists on its own ways. */
export const insisting = {
  ...soundProject,
  "sluice.yaml": `name: shop
region: eu-west-1
warehouse:
  schema: crm
  create:
    { nodeType: ra3.xlplus, rotation: false, multiAz: true, enhancedVpcRouting: true, restoreFrom: last-night,
      snapshotCopy: { region: eu-central-1, grant: copies } }
deployment:
  deployers: ["arn:aws:iam::111111111111:role/platform/deployer"]
  network:
    { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-1a2b3c4d], securityGroupIds: [sg-0a1b2c3d], availabilityZone: eu-west-1a }
  roles: { prefix: acme-, path: /teams/data/, permissionsBoundary: ${boundary} }
  kms: ${key}
  logs: { retention: 365d }
  tracing: false
  reservedConcurrency: { validate-manifest: 20 }
alerts: { alarmTopic: "arn:aws:sns:eu-west-1:111111111111:on-call", recoveries: true }
sources:
  web:
    glue: { workerType: G.2X, workers: 20, timeoutMinutes: 60, executionClass: flex, securityConfiguration: encrypted }
`,
};
