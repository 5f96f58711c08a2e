import { expect, test } from "@jest/globals";
import { sdkService } from "../../step-functions/integrations/sdk-services.js";

// The client of Redshift Serverless is not among the dependencies.
const clients: Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>> = {
  eventbridge: () => import("@aws-sdk/client-eventbridge"),
  glue: () => import("@aws-sdk/client-glue"),
  lambda: () => import("@aws-sdk/client-lambda"),
  redshift: () => import("@aws-sdk/client-redshift"),
  redshiftdata: () => import("@aws-sdk/client-redshift-data"),
  s3: () => import("@aws-sdk/client-s3"),
  secretsmanager: () => import("@aws-sdk/client-secrets-manager"),
  sfn: () => import("@aws-sdk/client-sfn"),
  sns: () => import("@aws-sdk/client-sns"),
  sqs: () => import("@aws-sdk/client-sqs"),
};

/** The classes of a client that extend another one of it: all of its errors but the base of them, GlueServiceException. */
function exceptionsOf(client: Readonly<Record<string, unknown>>): readonly string[] {
  const exported = new Set(Object.values(client));
  return Object.entries(client).flatMap(([name, value]) => {
    const isError = typeof value === "function" && value.prototype instanceof Error;
    return isError && exported.has(Object.getPrototypeOf(value)) ? [name] : [];
  });
}

test.each(Object.keys(clients))("the errors of %s are those that its SDK has classes for", async (id) => {
  const known = exceptionsOf((await clients[id]?.()) ?? {});
  expect(known.length).toBeGreaterThan(5);
  expect([...(sdkService(id)?.exceptions ?? [])].sort()).toEqual([...known].sort());
});
