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
    { nodeType: ra3.xlplus, nodes: 3, database: crm, maintenanceWindow: "sat:01:00-sat:02:00", snapshotRetentionDays: 21,
      network: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-2a1b2c3d, subnet-3a2b3c4d] }, rotation: false, multiAz: true, enhancedVpcRouting: true, restoreFrom: last-night,
      snapshotCopy: { region: eu-central-1, retentionDays: 5, grant: copies } }
deployment:
  deployers: ["arn:aws:iam::111111111111:role/platform/deployer"]
  network:
    { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-1a2b3c4d], securityGroupIds: [sg-0a1b2c3d], availabilityZone: eu-west-1a }
  roles: { prefix: acme-, path: /teams/data/, permissionsBoundary: ${boundary} }
  kms: ${key}
  logs: { retention: 365d }
  lakeFormation: { hybrid: true }
  tracing: false
  reservedConcurrency: { validate-manifest: 20 }
alerts: { alarmTopic: "arn:aws:sns:eu-west-1:111111111111:on-call", recoveries: true, queuedMinutes: 9 }
readers: ["arn:aws:iam::111111111111:role/analyst"]
sources:
  web:
    trigger: eventbridge
    database: { existingDatabase: sales_lake, landing: sales_landing }
    alarms: { rejectedPercent: 2, glueMinutes: 45 }
    glue: { workerType: G.2X, workers: 20, timeoutMinutes: 60, executionClass: flex, autoScaling: false, securityConfiguration: encrypted }
`,
};

export const copiesKey = "arn:aws:kms:eu-central-1:111111111111:key/7c8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10";

/** A workgroup of Serverless with every setting that it has. */
export const ownWorkgroup = {
  ...soundProject,
  "sluice.yaml": `name: shop
region: eu-west-1
warehouse:
  create:
    { serverless: { baseCapacity: 16, maxCapacity: 64 }, database: dw, enhancedVpcRouting: true, restoreFrom: last-night,
      rotation: { days: 7 }, snapshotCopy: { region: eu-central-1, retentionDays: 3, kms: "${copiesKey}" } }
deployment: { kms: "${key}", qualifier: acme }
alerts: { email: team@example.com }
sources:
  web: { landing: create }
`,
};
