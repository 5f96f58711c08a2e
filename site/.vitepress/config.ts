import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { defineConfig, type MarkdownRenderer } from "vitepress";

/** The documentation as a site: `npm run docs-site` builds the pages of docs/ into build/docs-site/. */

const root = fileURLToPath(new URL("../..", import.meta.url));
const docs = join(root, "docs");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const repository = "https://github.com/example/sluice";

const titleOf = (file: string) =>
  /^# (.+)$/m.exec(readFileSync(join(docs, file), "utf8"))?.[1]?.replaceAll("`", "") ?? file;
const page = (name: string) => ({ text: titleOf(`${name}.md`), link: `/${name}` });

const decisions = readdirSync(join(docs, "decisions"))
  .filter((name) => name.endsWith(".md"))
  .sort()
  .map((name) => page(`decisions/${name.slice(0, -3)}`));

const groups = [
  { text: "Start", pages: ["tutorial", "infer", "point-it-at-your-bucket", "testing", "environments", "comparison"] },
  {
    text: "Contract",
    pages: ["contract", "files", "columnar", "documents", "history", "protection", "exchange", "surprises"],
  },
  { text: "Operation", pages: ["runbook", "console", "console-hosted", "notices", "dashboards", "costs"] },
  {
    text: "Deployment",
    pages: [
      ...["first-day-on-aws", "sources", "warehouse", "deployment", "permissions", "upgrading"],
      ...["own-cdk-app", "terraform"],
    ],
  },
  {
    text: "Internals",
    pages: ["architecture", "local-account", "local-account-redshift", "fault-matrix", "benchmarks"],
  },
];

/** Every page of docs/: each is one click from any other, also one that nobody has put into a group yet. */
function sidebar() {
  const all = readdirSync(docs)
    .filter((name) => name.endsWith(".md") && name !== "index.md")
    .map((name) => name.slice(0, -3));
  const grouped = new Set(groups.flatMap(({ pages }) => pages));
  const others = all.filter((name) => !grouped.has(name)).sort();
  return [
    ...groups.map(({ text, pages }) => ({ text, items: pages.filter((name) => all.includes(name)).map(page) })),
    ...(others.length === 0 ? [] : [{ text: "More", items: others.map(page) }]),
    { text: "Decisions", collapsed: true, items: decisions },
  ];
}

/** The HTML that pages may hold; whatever else is in angle brackets is a placeholder, such as <dataset>. */
const html = /^<\/?(?:code|br|sub|sup|kbd|details|summary)\b|^<!--/;

/** A link that leads out of docs/ leads into the repository, and a placeholder is text. */
function forSite(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("site", ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "html_inline" && !html.test(token.content)) token.type = "text";
      const href = token.attrGet("href");
      if (token.type !== "link_open" || href === null || !href.startsWith("../")) continue;
      const path = normalize(join("docs", dirname(env.relativePath), href));
      if (!path.startsWith("docs/")) token.attrSet("href", `${repository}/blob/main/${path}`);
    }
  });
}

export default defineConfig({
  title: "Sluice",
  description: "Loads files that land in S3 into Amazon Redshift, batch by batch, exactly once.",
  srcDir: docs,
  outDir: join(root, "build", "docs-site"),
  cacheDir: join(root, "build", "docs-cache"),
  cleanUrls: true,
  lastUpdated: false,
  markdown: { config: forSite },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Tutorial", link: "/tutorial" },
      { text: "Contract", link: "/contract" },
      { text: "Runbook", link: "/runbook" },
      { text: `v${version}`, link: `${repository}/blob/main/CHANGELOG.md` },
    ],
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    socialLinks: [{ icon: "github", link: repository }],
    footer: { message: "Apache-2.0" },
  },
});
