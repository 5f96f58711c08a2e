import { describe, expect, test } from "@jest/globals";
import { Automaton } from "../../contract/paths/automaton.js";
import { expressionOf, partsOf, patternOf } from "../../contract/paths/parts.js";
import { defaultPath, Path } from "../../contract/paths/path.js";
import { pathProblem } from "../../contract/paths/problems.js";

const day = (shape: string) => new Path(shape, "day");

describe("a path", () => {
  test("gives partition and named parts of the keys that fit it", () => {
    const path = day("sales/{region}/dt={partition:yyyy-MM-dd}/*.csv");
    expect(path.fit("sales/north/dt=2026-11-22/part-0.csv")).toEqual({
      partition: "2026-11-22",
      values: { region: "north" },
    });
    for (const key of [
      "sales/north/dt=2026-02-30/part-0.csv",
      "sales/north/dt=2026-11-22/part-0.csv.gz",
      "sales/north/west/dt=2026-11-22/part-0.csv",
      "sales/north/dt=2026-11-22/deep/part-0.csv",
      "other/north/dt=2026-11-22/part-0.csv",
    ]) {
      expect([key, path.fit(key)]).toEqual([key, undefined]);
    }
  });

  test("takes a date in several parts, with one digit, behind other letters, and in a file's name", () => {
    expect(day("y={partition:yyyy}/m={partition:M}/d={partition:d}/**").fit("y=2026/m=3/d=7/a/b")?.partition).toBe(
      "2026-03-07",
    );
    expect(day("{partition:yyyy'T'MMdd}_*").fit("2026T1122_x")?.partition).toBe("2026-11-22");
    expect(new Path("{partition:yyyyMM}.csv", "month").fit("202611.csv")?.partition).toBe("2026-11");
    expect(new Path("l/{partition:yyyy/MM/dd/HH}/**", "hour").fit("l/2026/11/22/05/f")?.partition).toBe(
      "2026-11-22T05",
    );
  });

  test("a date that is given twice must be the same", () => {
    const path = day("{partition:yyyy/MM/dd}/orders_{partition:yyyyMMdd}.csv");
    expect(path.fit("2026/11/22/orders_20261122.csv")?.partition).toBe("2026-11-22");
    expect(path.fit("2026/11/22/orders_20261123.csv")).toBeUndefined();
  });

  test("hides what begins with _ or . from its wildcards, and folders as keys, unless it spells them", () => {
    const path = day("a/{partition:yyyy/MM/dd}/**");
    for (const name of ["_SUCCESS", ".crc", "_temporary/0/x", "b/_x", "b/", ""]) {
      expect([name, path.fit(`a/2026/11/22/${name}`)]).toEqual([name, undefined]);
    }
    expect(day("a/_{partition:yyyyMMdd}_*").fit("a/_20261122_x")?.partition).toBe("2026-11-22");
    expect(day("{partition:yyyyMMdd}/*.csv").fit("20261122/.csv")).toBeUndefined();
  });

  test("a named part is as short as it can be", () => {
    expect(day("{system}_{table}_{partition:yyyyMMdd}.csv").fit("crm_order_lines_20261122.csv")?.values).toEqual({
      system: "crm",
      table: "order_lines",
    });
  });

  test("** stands for folders, none or many", () => {
    const path = day("a/**/x_{partition:yyyyMMdd}.json");
    for (const key of ["a/x_20261122.json", "a/b/x_20261122.json", "a/b/c/x_20261122.json"]) {
      expect(path.fit(key)?.partition).toBe("2026-11-22");
    }
    expect(path.fit("ax_20261122.json")).toBeUndefined();
  });

  test("a folder's own name may say its partition", () => {
    const path = day("{region}/dt={partition:yyyy-MM-dd}/*.csv");
    expect(path.partitionOfFolder("north/dt=2026-11-22/")).toBe("2026-11-22");
    expect(path.partitionOfFolder("north/dt=2026-11-22/deeper/")).toBe("2026-11-22");
    expect(path.partitionOfFolder("north/")).toBeUndefined();
    expect(day("a/x_{partition:yyyyMMdd}.csv").partitionOfFolder("a/")).toBeUndefined();
  });

  test("the prefix of a partition is as long as it is plain", () => {
    const path = day("a/y={partition:yyyy}/m={partition:M}/{region}/*");
    expect(path.prefixOf("2026-03-07")).toBe("a/y=2026/m=3/");
    expect([path.prefix, path.suffix, day("a/{partition:yyyyMMdd}*.csv").suffix]).toEqual(["a/y=", "", ".csv"]);
  });

  test("makes the key of a file that is to be landed", () => {
    expect(day("a/{partition:yyyy/MM/dd}/**").keyOf("2026-11-22", "x.csv", {})).toBe("a/2026/11/22/x.csv");
    expect(day("{region}/{partition:yyyyMMdd}_*.csv").keyOf("2026-11-22", "x.csv", { region: "n" })).toBe(
      "n/20261122_x.csv",
    );
    expect(day("{region}/{partition:yyyyMMdd}_*.csv").keyOf("2026-11-22", "x.csv", {})).toBeUndefined();
    expect(day("orders_{partition:yyyyMMdd}.csv").keyOf("2026-11-22", "x.csv", {})).toBe("orders_20261122.csv");
    expect(day("a/*/{partition:yyyyMMdd}/*").keyOf("2026-11-22", "x.csv", {})).toBeUndefined();
  });

  test("what it may begin with", () => {
    const path = day("sales/dt={partition:yyyy-MM-dd}/**");
    expect(
      ["", "sales/", "sales/dt=2026-11-22/", "sales/dt=2026-11-22/b/"].map((folder) => path.canBegin(folder)),
    ).toEqual([true, true, true, true]);
    expect(
      ["sale/", "sales/x/", "sales/dt=2026-13-22/", "sales/dt=2026-11-22/_b/"].map((folder) => path.canBegin(folder)),
    ).toEqual([false, false, false, false]);
  });

  test("a dataset without one has its folders", () => {
    expect(defaultPath("orders", "hour")).toBe("orders/{partition:yyyy/MM/dd/HH}/**");
    expect(defaultPath("orders", "month")).toBe("orders/{partition:yyyy/MM}/**");
  });
});

describe("two paths", () => {
  const common = (a: string, b: string) => day(a).commonKey(day(b));

  test("that no key fits both", () => {
    expect(common("a/{partition:yyyy/MM/dd}/**", "b/{partition:yyyy/MM/dd}/**")).toBeUndefined();
    expect(common("{partition:yyyyMMdd}/*.csv", "{partition:yyyyMMdd}/*.json")).toBeUndefined();
    expect(common("{partition:yyyyMMdd}/*", "{partition:yyyyMMdd}/*/*")).toBeUndefined();
    expect(common("{partition:yyyyMMdd}/*", "{partition:yyyyMMdd}/_*")).toBeUndefined();
  });

  test("that a key fits both, which is shown", () => {
    for (const [a, b] of [
      ["{a}/{partition:yyyyMMdd}/*.csv", "sales/{partition:yyyyMMdd}/x_*"],
      ["**/{partition:yyyyMMdd}.csv", "a/{b}/{partition:yyyyMMdd}.csv"],
      ["{x}_{partition:yyyyMMdd}.csv", "orders_{y}_{partition:yyyyMMdd}.csv"],
    ] as const) {
      const key = common(a, b);
      expect([a, b, key !== undefined && day(a).fit(key) !== undefined && day(b).fit(key) !== undefined]).toEqual([
        a,
        b,
        true,
      ]);
    }
  });
});

describe("the expression and the automaton of a path", () => {
  const shapes = [
    "a/{partition:yyyy/MM/dd}/**",
    "a/*.csv",
    "*_x/{n}.csv",
    "**/b/*",
    "x{partition:M}-{partition:d}/*{partition:H}",
    "{a}/{b}/**/c*d",
    "_a/.b/*",
  ];
  /** A linear congruential generator: the same keys every time. */
  const random = (seed: number) => () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };

  test.each(shapes)("say the same of random keys: %s", (shape) => {
    const parts = partsOf(shape);
    const expression = new RegExp(`^${expressionOf(parts)}$`, "su");
    const automaton = new Automaton(patternOf(parts));
    const next = random(7);
    const pieces = [..."ab_./x-1", "x1", "-2/", "_a/.b/", "2026/11/22/", "12", "3", ".csv", "c", "d", "a/", "_x/"];
    let fitted = 0;
    for (let count = 0; count < 20_000; count++) {
      const key = Array.from(
        { length: 1 + Math.floor(next() * 6) },
        () => pieces[Math.floor(next() * pieces.length)],
      ).join("");
      const fits = expression.test(key);
      if (fits) fitted++;
      if (automaton.fits(key) !== fits) expect([key, automaton.fits(key)]).toEqual([key, fits]);
    }
    expect(fitted).toBeGreaterThan(0);
  });
});

describe("what may not be written", () => {
  test.each([
    ["/a/*", "day", "'/a/*'"],
    ["s3://b/a/*", "day", "'s3://b/a/*'"],
    ["a/", "day", "'a/', which ends in a slash"],
    ["a/{partition}/*", "day", "{partition} without a pattern"],
    ["a/{partition:yyyy/MM}/*", "day", "a path that gives no day for partition: day"],
    ["a/{partition:yyyy/MM/dd/HH}/*", "day", "a path that gives the hour for partition: day"],
    ["a/{partition:YYYY}/*", "day", "'YYYY' in {partition:YYYY}"],
    ["a/{partition:yyyyMMddmm}/*", "day", "'mm' in {partition:yyyyMMddmm}"],
    ["a/{Region}/*", "day", "{Region}"],
    ["a/{r}/{r}", "day", "{r} a second time"],
    ["a/{r}*", "day", "two parts side by side in 'a/{r}*' that any text fits"],
    ["a/b**", "day", "'**' beside other text in 'a/b**'"],
    ["a/{r/*", "day", "a '{' of its own in 'a/{r/*'"],
    [
      "x/{partition:yyyyMd}.csv",
      "day",
      "parts of a date with one digit or two side by side in 'x/{partition:yyyyMd}.csv'",
    ],
    [
      "x/{partition:yyyy}/{partition:M}{partition:ddH}.csv",
      "hour",
      "parts of a date with one digit or two side by side in 'x/{partition:yyyy}/{partition:M}{partition:ddH}.csv'",
    ],
  ] as const)("%s for a %s", (shape, granularity, found) => {
    expect(pathProblem(shape, granularity)?.found).toBe(found);
  });

  test("none is fine", () => {
    for (const shape of [
      "a/*",
      "**",
      "{r}/x.csv",
      "a/{partition:yyyyMMdd}/{r}/**/*.csv",
      "a/{partition:yyyyMdd}.csv",
      "{partition:yyyy-M-d}",
    ]) {
      expect([shape, pathProblem(shape, "day")]).toEqual([shape, undefined]);
    }
  });
});
