#!/usr/bin/env bash
# @dagrejs/dagre 3.1.3. The points of an edge that goes back up lie at negative x, outside the width that the
# graph says it has; an SVG of exactly that width cuts the line off. A bounding box that contains all points
# would be expected.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >log
npm install --no-audit --no-fund @dagrejs/dagre@3.1.3 >log 2>&1 || { cat log >&2; exit 1; }
cat >finding.mjs <<'JS'
import dagre from "@dagrejs/dagre";
const graph = new dagre.graphlib.Graph().setGraph({}).setDefaultEdgeLabel(() => ({}));
for (const name of "abcd") graph.setNode(name, { width: 100, height: 40 });
for (const [from, to] of ["ab", "ac", "bd", "cd", "da"]) graph.setEdge(from, to);
dagre.layout(graph);
const { width, height } = graph.graph();
const back = graph.edge("d", "a").points;
console.log(`graph: ${width} x ${height}; leftmost point of d -> a: ${Math.min(...back.map(({ x }) => Math.round(x)))}`);
JS
node finding.mjs | tee seen
diff - seen <<'EXPECTED'
graph: 250 x 220; leftmost point of d -> a: -35
EXPECTED
echo "as described"
