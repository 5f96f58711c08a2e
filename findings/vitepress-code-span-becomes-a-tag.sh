#!/usr/bin/env bash
# vitepress 1.6.4, markdown-it 14.1.0. A code span that is wrapped, so that its second line begins with <word>, is code to
# CommonMark (a lone tag cannot interrupt a paragraph) and to the markdown-it below VitePress; VitePress ends the paragraph there
# and takes the word for a component, so the build ends in "Element is missing end tag". Rewrapping a text breaks a site.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund vitepress@1.6.4 markdown-it@14.1.0
page() { printf '# Page\n\nThe command is `account%s<operation> of a service` and nothing else.\n' "$1" > index.md; }
{
  page $'\n'
  echo 'import MarkdownIt from "markdown-it"; import { readFileSync } from "node:fs";
console.log(new MarkdownIt({ html: true }).render(readFileSync("index.md", "utf8")).split("\n")[1]);' > render.mjs
  node render.mjs
  npx vitepress build . > wrapped 2>&1 && echo "wrapped: built" || echo "wrapped: $(grep -o 'Element is missing end tag' wrapped | head -1)"
  page ' '
  npx vitepress build . > straight 2>&1 && echo "in one line: built" || echo "in one line: fails"
} | tee seen
diff - seen <<'EXPECTED'
<p>The command is <code>account &lt;operation&gt; of a service</code> and nothing else.</p>
wrapped: Element is missing end tag
in one line: built
EXPECTED
echo "as described"
