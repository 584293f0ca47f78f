import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../report/table.ts';

const CpuProfile = z.object({
  startTime: z.number(),
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});
type Node = z.infer<typeof CpuProfile>['nodes'][number];

/** When to look, on the machine's clock. */
export type Window = { fromMs: number; toMs: number; messages: number };

/** What a node process did while it was measured, from the profile that it left in a folder: by part, by caller, by function. */
export async function summariseProfile(folder: string, window: Window): Promise<string> {
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile'));
  if (name === undefined) throw new Error(`no profile was left in ${folder}`);
  const profile = CpuProfile.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
  );
  const tables = { part: new Tally(), caller: new Tally(), fn: new Tally() };
  let atMicros = profile.startTime;
  profile.samples.forEach((id, index) => {
    const micros = profile.timeDeltas[index] ?? 0;
    atMicros += micros;
    const node = nodes.get(id);
    if (node === undefined || atMicros < window.fromMs * 1e3 || atMicros > window.toMs * 1e3)
      return;
    if (node.callFrame.functionName === '(idle)') return;
    tables.part.add(partOf(node), micros);
    tables.caller.add(callerOf(node, parents), micros);
    tables.fn.add(`${node.callFrame.functionName || '(anonymous)'} ${placeOf(node)}`, micros);
  });
  return [
    tables.part.table('self time by package or part', window.messages, 25),
    tables.caller.table('by the nearest file of ours that called', window.messages, 35),
    tables.fn.table('self time by function', window.messages, 40),
  ].join('\n\n');
}

class Tally {
  readonly #micros = new Map<string, number>();

  add(name: string, micros: number): void {
    this.#micros.set(name, (this.#micros.get(name) ?? 0) + micros);
  }

  table(title: string, messages: number, limit: number): string {
    const all = [...this.#micros.values()].reduce((sum, one) => sum + one, 0);
    const body = [...this.#micros]
      .sort((a, b) => b[1] - a[1])
      .slice(0, limit)
      .map(([name, micros]) => [
        `${((micros * 100) / all).toFixed(1)} %`,
        (micros / messages).toFixed(1),
        name,
      ]);
    return markdownTable(['share', 'µs a message', title], body);
  }
}

/** A package, a part of ours, a module of node's, or what the engine does by itself. */
function partOf({ callFrame: { url, functionName } }: Node): string {
  const modules = url.lastIndexOf('/node_modules/');
  if (modules !== -1) {
    const [first = '', second = ''] = url.slice(modules + '/node_modules/'.length).split('/');
    return first.startsWith('@') ? `${first}/${second}` : first;
  }
  const own = /\/(src\/[^/]+|workers|simulators)\b/.exec(url)?.[1];
  if (own !== undefined) return own;
  if (url.startsWith('node:')) return url;
  return functionName.startsWith('(') ? functionName : 'native';
}

function callerOf(node: Node, parents: Map<number, Node>): string {
  for (let at: Node | undefined = node; at !== undefined; at = parents.get(at.id)) {
    const own = /\/((?:src|workers)\/[^?]+)$/.exec(at.callFrame.url)?.[1];
    if (own !== undefined && !at.callFrame.url.includes('/node_modules/')) return own;
    if (parents.get(at.id)?.callFrame.functionName === '(root)') return `none: ${partOf(at)}`;
  }
  return 'none';
}

function placeOf({ callFrame: { url, lineNumber } }: Node): string {
  if (url === '') return '';
  const short = url.startsWith('node:')
    ? url
    : url.replace(/^.*\/(?=node_modules\/|src\/|workers\/)/, '');
  return `${short}:${lineNumber + 1}`;
}
