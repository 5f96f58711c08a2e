/** What the SQL of every load calls itself, but for statements that run one by one (REFRESH, ALTER … TYPE). */
export const loadQueryGroup = "sluice";

const automatic = { queue_type: "auto", auto_wlm: true } as const;
const nobody = {
  query_group: [],
  query_group_wild_card: 0,
  user_group: [],
  user_group_wild_card: 0,
  user_role: [],
  user_role_wild_card: 0,
} as const;

type Metric = "query_execution_time" | "query_queue_time" | "nested_loop_join_row_count";

const rule = (name: string, metric: Metric, over: number, action: "log" | "abort") => ({
  rule_name: name,
  predicate: [{ metric_name: metric, operator: ">", value: over }],
  action,
});

const hour = 3600;

/**
 * The queues. Loads name theirs by query group, readers have theirs by their database group, with clusters beside when
 * many come at once; everybody else is in the last one, the default. Short queries pass all of them. Manual and automatic
 * queues cannot be mixed; the whole text is sent at once, at most 8,000 characters (D3.4, D3.5, D3.6).
 */
export const queuesFor = (readers: string) =>
  [
    {
      name: "etl",
      ...nobody,
      query_group: [loadQueryGroup],
      priority: "high",
      concurrency_scaling: "off",
      ...automatic,
      // Never cut off: a load bounds itself by statement_timeout.
      rules: [
        rule("load_runs_long", "query_execution_time", hour, "log"),
        rule("load_waits_long", "query_queue_time", hour / 4, "log"),
      ],
    },
    {
      name: "readers",
      ...nobody,
      user_group: [readers],
      priority: "normal",
      concurrency_scaling: "auto",
      ...automatic,
      rules: [
        rule("query_runs_long", "query_execution_time", 2 * hour, "abort"),
        rule("query_joins_everything", "nested_loop_join_row_count", 1_000_000_000, "abort"),
        rule("query_waits_long", "query_queue_time", hour / 6, "log"),
      ],
    },
    {
      name: "Default queue",
      priority: "normal",
      concurrency_scaling: "off",
      ...automatic,
      rules: [rule("other_runs_long", "query_execution_time", 2 * hour, "log")],
    },
    { short_query_queue: true },
  ] as const;
