import type { ServiceName } from "../call/call.js";
import { readShapes, type ServiceShapes } from "./operation-shapes.js";

export type Protocol = "json" | "query" | "rest-json" | "rest-xml";

interface Wire {
  readonly protocol: Protocol;
  /** The prefix of X-Amz-Target, for the JSON protocol. */
  readonly target?: string;
  readonly jsonVersion?: "1.0" | "1.1";
  readonly xmlNamespace?: string;
  readonly load: () => Promise<Readonly<Record<string, unknown>>>;
}

/** How each service speaks on the wire. */
export const WIRES: Readonly<Partial<Record<ServiceName, Wire>>> = {
  states: {
    protocol: "json",
    jsonVersion: "1.0",
    target: "AWSStepFunctions",
    load: () => import("@aws-sdk/client-sfn"),
  },
  sqs: { protocol: "json", jsonVersion: "1.0", target: "AmazonSQS", load: () => import("@aws-sdk/client-sqs") },
  glue: { protocol: "json", jsonVersion: "1.1", target: "AWSGlue", load: () => import("@aws-sdk/client-glue") },
  "redshift-data": {
    protocol: "json",
    jsonVersion: "1.1",
    target: "RedshiftData",
    load: () => import("@aws-sdk/client-redshift-data"),
  },
  secretsmanager: {
    protocol: "json",
    jsonVersion: "1.1",
    target: "secretsmanager",
    load: () => import("@aws-sdk/client-secrets-manager"),
  },
  events: {
    protocol: "json",
    jsonVersion: "1.1",
    target: "AWSEvents",
    load: () => import("@aws-sdk/client-eventbridge"),
  },
  "redshift-serverless": {
    protocol: "json",
    jsonVersion: "1.1",
    target: "RedshiftServerless",
    load: () => import("@aws-sdk/client-redshift-serverless"),
  },
  redshift: {
    protocol: "query",
    xmlNamespace: "http://redshift.amazonaws.com/doc/2012-12-01/",
    load: () => import("@aws-sdk/client-redshift"),
  },
  sns: {
    protocol: "query",
    xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    load: () => import("@aws-sdk/client-sns"),
  },
  sts: {
    protocol: "query",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    load: () => import("@aws-sdk/client-sts"),
  },
  s3: {
    protocol: "rest-xml",
    xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
    load: () => import("@aws-sdk/client-s3"),
  },
  lambda: { protocol: "rest-json", load: () => import("@aws-sdk/client-lambda") },
};

const loaded = new Map<ServiceName, Promise<ServiceShapes>>();

/** The shapes of a service, read once. Only for services in WIRES. */
export function shapesOf(service: ServiceName, wire: Wire): Promise<ServiceShapes> {
  const known = loaded.get(service) ?? wire.load().then(readShapes);
  loaded.set(service, known);
  return known;
}
