import { parseArgs } from 'node:util';
import type { Plan } from './measures/plan.ts';

/** The measures there are, in the order in which they run. */
export const measureNames = [
  'acks',
  'replies',
  'latency',
  'turns',
  'rls',
  'stored',
  'leads',
  'webchat',
] as const;
export type MeasureName = (typeof measureNames)[number];

export type Options = {
  measures: MeasureName[];
  plan: Plan;
  tenants: number;
  /** Only set-ups whose name holds every one of these words. */
  only: string[];
  isQuick: boolean;
};

const help = `npm run bench -- [${measureNames.join('] [')}] [--quick]
  --quick            shorter and fewer rounds: good for tuning, too short for publishing
  --only WORDS       of replies, latency and webchat, the set-ups whose name has these words: "all in one,postgres"
  --rounds N --seconds S --outstanding N --connections N --customers N --tenants N --turns N --stored CONVERSATIONS --leads N --visitors N
`;

const full: Plan = {
  rounds: 5,
  seconds: 8,
  warmUpSeconds: 4,
  latencySeconds: 20,
  connections: 64,
  outstanding: 256,
  customers: 5_000,
  turns: 2_000,
  storedConversations: 50_000,
  storedLeads: 100_000,
  questions: 300,
  visitors: 1_000,
  webchatSeconds: 40,
};

const quick: Plan = {
  ...full,
  rounds: 2,
  seconds: 3,
  warmUpSeconds: 2,
  latencySeconds: 5,
  storedConversations: 10_000,
  storedLeads: 10_000,
  questions: 60,
  webchatSeconds: 10,
};

/** Reads the command line; ends with the help when it asks for it or makes no sense. */
export function readOptions(args: string[]): Options {
  try {
    return parse(args);
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? `${error.message}\n` : '';
    process.stderr.write(`${reason}${help}`);
    process.exit(reason === '' ? 0 : 64);
  }
}

function parse(args: string[]): Options {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: text,
      rounds: text,
      seconds: text,
      outstanding: text,
      connections: text,
      customers: text,
      tenants: text,
      turns: text,
      stored: text,
      leads: text,
      visitors: text,
    },
  });
  if (values.help) throw new Error('');
  const base = values.quick ? quick : full;
  return {
    measures: positionals.length === 0 ? [...measureNames] : positionals.map(asMeasure),
    plan: {
      ...base,
      rounds: numberOr(values.rounds, base.rounds),
      seconds: numberOr(values.seconds, base.seconds),
      latencySeconds: numberOr(values.seconds, base.latencySeconds),
      webchatSeconds: numberOr(values.seconds, base.webchatSeconds),
      outstanding: numberOr(values.outstanding, base.outstanding),
      connections: numberOr(values.connections, base.connections),
      customers: numberOr(values.customers, base.customers),
      turns: numberOr(values.turns, base.turns),
      storedConversations: numberOr(values.stored, base.storedConversations),
      storedLeads: numberOr(values.leads, base.storedLeads),
      visitors: numberOr(values.visitors, base.visitors),
    },
    tenants: numberOr(values.tenants, 10),
    only: (values.only ?? '').split(',').filter((word) => word !== ''),
    isQuick: values.quick,
  };
}

function asMeasure(name: string): MeasureName {
  const known = measureNames.find((one) => one === name);
  if (known === undefined) throw new Error(`There is no measure "${name}".`);
  return known;
}

function numberOr(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`"${text}" is no number above 0.`);
  return value;
}
