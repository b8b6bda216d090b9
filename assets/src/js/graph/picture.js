// The server's answer in the terms of the picture: cards by key, jobs between them, lines drawn once for each two ends.
export function readPicture(data) {
  const cards = new Map();
  const keyOf = new Map(); // a node's number → the key of the card it is in
  for (const node of data.nodes) add({ ...node, key: `n${node.id}`, type: node.kind ? "dataset" : "name" }, [node.id]);
  for (const stub of data.stubs) add({ ...stub, key: `s${stub.id}`, type: "stub", name: "Closed to you", place: "A rule keeps it" }, [stub.id]);
  for (const group of data.groups) add({ ...group, key: `g${group.id}`, type: "group", place: group.place, name: group.name }, group.nodes);

  function add(card, ids) {
    cards.set(card.key, card);
    for (const id of ids) keyOf.set(id, card.key);
  }

  const known = new Map(data.jobs.map((job) => [job.id, job]));
  const jobs = new Map();
  const lines = new Map();
  for (const [up, down, origin, jobId, hasFields] of data.lines) {
    const [from, to] = [keyOf.get(up), keyOf.get(down)];
    if (!from || !to || from === to) continue;
    const job = known.get(jobId);
    if (job) {
      const key = `j${job.id}`;
      jobs.set(key, { ...job, key });
      line(from, key, up, down, origin, hasFields);
      line(key, to, up, down, origin, hasFields);
    } else line(from, to, up, down, origin, hasFields);
  }

  function line(from, to, up, down, origin, hasFields) {
    const id = `${from}>${to}`;
    const before = lines.get(id) ?? { from, to, up, down, origins: new Set(), hasFields: false, count: 0 };
    if (origin) before.origins.add(origin);
    before.hasFields ||= hasFields;
    before.count += 1;
    lines.set(id, before);
  }

  return { cards, jobs, keyOf, lines: [...lines.values()], path: data.path, focus: keyOf.get(data.focus) };
}
