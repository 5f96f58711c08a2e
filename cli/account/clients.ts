import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { RedshiftClient } from "@aws-sdk/client-redshift";
import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { RedshiftServerlessClient } from "@aws-sdk/client-redshift-serverless";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { withExactIntegers } from "./exact-integers.js";

/** Where the AWS APIs are: AWS itself, with the caller's own credentials, or an endpoint of a local account. */
export interface Access {
  readonly region: string;
  readonly local?: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}

export interface Clients {
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly lambda: LambdaClient;
  readonly redshift: RedshiftClient;
  readonly redshiftData: RedshiftDataClient;
  readonly redshiftServerless: RedshiftServerlessClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly stepFunctions: SFNClient;
}

/** The SDK clients of every command, in one place. */
export function createClients({ region, local }: Access): Clients {
  const access = local === undefined ? { region } : { region, ...localAccess(local) };
  return {
    athena: new AthenaClient(access),
    glue: new GlueClient(access),
    lambda: new LambdaClient(access),
    redshift: new RedshiftClient(access),
    redshiftData: withExactIntegers(new RedshiftDataClient(access)),
    redshiftServerless: new RedshiftServerlessClient(access),
    s3: new S3Client(access),
    secrets: new SecretsManagerClient(access),
    stepFunctions: new SFNClient(access),
  };
}

const localAccess = ({ endpoint, accessKeyId, secretAccessKey }: NonNullable<Access["local"]>) => ({
  endpoint,
  credentials: { accessKeyId, secretAccessKey },
});
