/** AWS's list prices, in US dollars, without free tiers: the only place that has them. docs/costs.md is generated from it. */

/** Where and when the prices were read; AWS changes both. */
export const priceList = { region: "us-east-1", asOf: "2026-11-29" } as const;

export interface Price {
  readonly what: string;
  readonly usd: number;
  readonly per: string;
  readonly note: string;
}

export const prices = {
  lambdaGbSecond: { what: "Lambda, arm64", usd: 0.0000133334, per: "GB-second", note: "billed by the millisecond" },
  lambdaCall: { what: "Lambda, calls", usd: 0.0000002, per: "call", note: "" },
  glueDpuHour: {
    what: "Glue 6.0, Spark",
    usd: 0.31,
    per: "DPU-hour",
    note: "about; at least 2 DPU and 60 seconds a run; before 6.0 it was 0.44",
  },
  crawlerDpuHour: {
    what: "Glue crawler",
    usd: 0.44,
    per: "DPU-hour",
    note: "at least 10 minutes a crawl: 0.073 with one DPU",
  },
  transition: { what: "Step Functions, Standard", usd: 0.000025, per: "transition", note: "retries count" },
  rpuHour: {
    what: "Redshift Serverless",
    usd: 0.375,
    per: "RPU-hour",
    note: "about; by the second while statements run, at least 60 seconds at a time",
  },
  s3Put: { what: "S3, PUT or LIST", usd: 0.000005, per: "request", note: "" },
  s3Get: { what: "S3, GET", usd: 0.0000004, per: "request", note: "" },
} as const satisfies Readonly<Record<string, Price>>;

/** `0.0000133334`: all digits, never an exponent. */
export const usdText = (usd: number): string => usd.toFixed(10).replace(/0+$/, "").replace(/\.$/, "");

/** The table of docs/costs.md. */
export const priceTable = (): string =>
  [
    `USD in ${priceList.region} as of ${priceList.asOf}:`,
    "",
    "| | price | per | note |",
    "|---|---|---|---|",
    ...Object.values(prices).map(({ what, usd, per, note }) => `| ${what} | ${usdText(usd)} | ${per} | ${note} |`),
  ].join("\n");
