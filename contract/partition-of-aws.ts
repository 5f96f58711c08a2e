/** Regions lie in partitions of AWS, which have accounts, ARNs and addresses of their own. */

/** What ARNs of a region begin with behind `arn:`. */
export function awsPartition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** The end of the names under which services of a region are reached, and by which keys know them. */
export const awsSuffix = (region: string): string =>
  awsPartition(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
