/** Projects on warehouses that are there already. */
const roles = `copyRoleArn: arn:aws:iam::111111111111:role/copy
    spectrumRoleArn: arn:aws:iam::111111111111:role/spectrum
    secretArn: arn:aws:secretsmanager:eu-west-1:111111111111:secret:theirs-AbCdEf
    rotation: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-0b1b2c3d], securityGroupId: sg-0c1b2c3d }`;

export const existingCluster = `name: shop
region: eu-west-1
warehouse:
  existing:
    clusterIdentifier: theirs
    database: dw
    snapshotSchedule: ["rate(12 hours)"]
    ${roles}
sources:
  web: { landing: create }
`;

export const existingWorkgroup = `name: shop
region: eu-west-1
warehouse:
  existing:
    workgroup: analytics
    workgroupId: 6b8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10
    namespace: numbers
    namespaceId: 7c8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f11
    database: dw
    ${roles}
sources:
  web: { landing: create }
`;

/** What a company insists on, on a workgroup that was there: its own bootstrap, boundary, names, key and subnets without a way out. */
export const companysWorkgroup = existingWorkgroup
  .replace(/\n *rotation: .*/, "")
  .replace("landing: create", "landing: create, engine: lambda, kms: KEY")
  .concat(`deployment:
  qualifier: acme
  kms: KEY
  roles: { prefix: acme-, path: /teams/data/, permissionsBoundary: "arn:aws:iam::111111111111:policy/platform/boundary" }
  network: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-0b1b2c3d], securityGroupIds: [sg-0c1b2c3d] }
`)
  .replaceAll("KEY", '"arn:aws:kms:eu-west-1:111111111111:key/6b8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10"');
