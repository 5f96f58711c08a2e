import { z } from "zod";
import type { Account, Operation, Shape } from "../../call/call.js";
import { page, parseInput } from "../parse-input.js";
import type { CrawlRecord } from "./crawl-store.js";
import type { Crawlers } from "./crawlers.js";
import { type CrawlerDefinition, findCrawler } from "./definition.js";

const Page = { MaxResults: z.number().int().min(1).max(1000).optional(), NextToken: z.string().optional() };
const OfCrawler = z.object({ Name: z.string() });
const LOG_GROUP = "/aws-glue/crawlers";

/** The API's operations on crawlers. */
export function crawlerOperations(account: Account, crawlers: Crawlers): Readonly<Record<string, Operation>> {
  const find = (input: Shape) => findCrawler(account, parseInput(OfCrawler, input).Name);
  return {
    async StartCrawler(input) {
      crawlers.begin(find(input));
      return {};
    },
    async StopCrawler(input) {
      crawlers.halt(find(input));
      return {};
    },
    async GetCrawler(input) {
      return { Crawler: crawlerShape(account, crawlers, find(input)) };
    },
    async ListCrawls(input) {
      const schema = z.strictObject({ CrawlerName: z.string(), ...Page });
      const request = parseInput(schema, input);
      const crawler = findCrawler(account, request.CrawlerName);
      const newestFirst = [...crawlers.read(crawler).crawls].reverse();
      const { items, next } = page(newestFirst, request, 20);
      return { Crawls: items.map((crawl) => crawlShape(crawler, crawl)), ...next };
    },
  };
}

function crawlerShape(account: Account, crawlers: Crawlers, crawler: CrawlerDefinition): Shape {
  const { tableLevel, partitionsInheritFromTable, mergesNewColumns, roleArn, ...declared } = crawler;
  const { state, crawls } = crawlers.read(crawler);
  const last = crawls.filter((crawl) => crawl.endTime !== null).at(-1);
  const current = state === "READY" ? undefined : crawls.at(-1);
  return {
    ...declared,
    State: state,
    Classifiers: [],
    LineageConfiguration: { CrawlerLineageSettings: "DISABLE" },
    CrawlElapsedTime: current === undefined ? 0 : account.clock.now() - current.startTime,
    Version: 1,
    // Of the crawl that ended last, never of the one under way (E4.3).
    ...(last === undefined ? {} : { LastCrawl: lastCrawlShape(crawler, last) }),
  };
}

const STATUS = { COMPLETED: "SUCCEEDED", FAILED: "FAILED", STOPPED: "CANCELLED", RUNNING: "FAILED" } as const;

function lastCrawlShape(crawler: CrawlerDefinition, crawl: CrawlRecord): Shape {
  return {
    Status: STATUS[crawl.state],
    ...(crawl.errorMessage === null ? {} : { ErrorMessage: crawl.errorMessage }),
    LogGroup: LOG_GROUP,
    LogStream: crawler.Name,
    MessagePrefix: crawl.id,
    StartTime: new Date(crawl.startTime),
  };
}

function crawlShape(crawler: CrawlerDefinition, crawl: CrawlRecord): Shape {
  return {
    CrawlId: crawl.id,
    State: crawl.state,
    StartTime: new Date(crawl.startTime),
    ...(crawl.endTime === null ? {} : { EndTime: new Date(crawl.endTime) }),
    ...(crawl.errorMessage === null ? {} : { ErrorMessage: crawl.errorMessage }),
    LogGroup: LOG_GROUP,
    LogStream: crawler.Name,
    MessagePrefix: crawl.id,
  };
}
