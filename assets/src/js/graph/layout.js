// Where everything stands: dagre's layers from left to right, cards as high as the columns they show.
import dagre from "@dagrejs/dagre";

export const WIDTH = 228;
export const HEAD = 46;
export const ROW = 20;
export const JOB = { width: 132, height: 22 };

const MANY = 150; // lines, from which on the layers that make them shortest take seconds to find; good ones, a quarter

// Returns {nodes: Map(key → {x, y, width, height, …}), lines: [{from, to, points, …}], width, height}; x and y are corners.
export function layOut(picture, columnsShown) {
  const ranker = picture.lines.length > MANY ? "tight-tree" : "network-simplex";
  const graph = new dagre.graphlib.Graph({ multigraph: true }).setGraph({ rankdir: "LR", nodesep: 14, ranksep: 84, ranker, marginx: 24, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const card of picture.cards.values()) graph.setNode(card.key, { width: WIDTH, height: heightOf(card, columnsShown) });
  for (const job of picture.jobs.values()) graph.setNode(job.key, { ...JOB });
  for (const line of picture.lines) graph.setEdge(line.from, line.to, {}, `${line.from}>${line.to}`);
  dagre.layout(graph);
  const nodes = new Map(graph.nodes().map((key) => [key, corner(graph.node(key))]));
  const lines = picture.lines.map((line) => ({ ...line, points: between(graph.edge(line.from, line.to, `${line.from}>${line.to}`).points, nodes.get(line.from), nodes.get(line.to)) }));
  const { width, height } = graph.graph();
  return { nodes, lines, width, height };
}

// A line leaves a card at its right side and comes in at the left, beside its name; dagre's bends between stay.
function between(points, from, to) {
  const start = { x: from.x + from.width, y: from.y + Math.min(HEAD, from.height) / 2 };
  const end = { x: to.x, y: to.y + Math.min(HEAD, to.height) / 2 };
  const bends = points.slice(1, -1).filter((point) => point.x > start.x + 8 && point.x < end.x - 8);
  return [start, ...bends, end];
}

function heightOf(card, columnsShown) {
  const rows = columnsShown.get(card.key)?.length ?? 0;
  return HEAD + (rows ? rows * ROW + 6 : 0);
}

function corner({ x, y, width, height }) {
  return { x: x - width / 2, y: y - height / 2, width, height };
}
