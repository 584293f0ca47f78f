import type { Goal, Result } from '../report/results.ts';
import { withOwner } from '../setup/postgres.ts';
import type { BenchDatabase, Stage } from '../setup/stage.ts';
import { fillWithMessages } from '../setup/stored-messages.ts';
import { competeInAcks } from './acks.ts';
import type { Contender, Contest, Plan, Say } from './plan.ts';
import { competeInReplies } from './replies.ts';

type Deps = { stage: Stage; plan: Plan; say: Say };

/** rapport against itself with the policies off, by acks and by replies. */
export async function measureRowSecurity(deps: Deps): Promise<Result[]> {
  const { stage } = deps;
  const databases = {
    product: await stage.createDatabase(),
    other: await stage.createDatabase(),
  };
  await disableRowSecurity(databases.other);
  return competeWithItself(deps, databases, {
    name: 'row level security',
    otherName: 'policies off',
    goal: { of: 'ratio', atLeast: 0.9 },
    writers: [{}],
  });
}

/** rapport with a million messages stored against itself with few. */
export async function measureStored(deps: Deps): Promise<Result[]> {
  const { stage, plan, say } = deps;
  const databases = {
    product: await stage.createDatabase(),
    other: await stage.createDatabase(),
  };
  const startedAt = performance.now();
  await fillWithMessages(databases.product, plan.storedConversations);
  say(`stored, in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  const count = plan.storedConversations;
  return competeWithItself(deps, databases, {
    name: `${(count * 20).toLocaleString('en')} stored`,
    otherName: 'empty',
    goal: { of: 'ratio', atLeast: 1 / 1.2 },
    writers: [
      { name: 'new customers', customers: { first: 10_000_000, count: plan.customers } },
      { name: 'their customers, 20 messages each', customers: { first: 0, count } },
    ],
  });
}

type Variant = {
  name: string;
  otherName: string;
  goal: Goal;
  /** Who writes to the product's side; on the other side it is always customers of its own. */
  writers: { name?: string; customers?: NonNullable<Contender['customers']> }[];
};

async function competeWithItself(
  deps: Deps,
  databases: { product: BenchDatabase; other: BenchDatabase },
  variant: Variant,
): Promise<Result[]> {
  const { goal } = variant;
  const results: Result[] = [];
  await withBoth(deps, databases, 'all', async (sides) => {
    for (const contest of contests(variant, sides)) {
      results.push(
        ...withCpu(await competeInReplies({ ...deps, contest, goal, statuses: true }), goal),
      );
    }
  });
  // Acks come last: with no worker they leave replies owed.
  await withBoth(deps, databases, 'server', async (sides) => {
    for (const contest of contests(variant, sides)) {
      results.push(...withCpu(await competeInAcks({ ...deps, contest, goal }), goal));
    }
  });
  return results;
}

/** Adds the CPU of rapport and Postgres, which other work on the machine disturbs less than a rate. */
function withCpu(results: Result[], goal: Goal): Result[] {
  const [first] = results;
  if (first?.cpuMicros === undefined || first.otherCpuMicros === undefined) return results;
  const { measure, setup, other } = first;
  const sum = (cpu: Record<string, number>): number =>
    Object.entries(cpu).reduce(
      (total, [name, micros]) => (/^(rapport|postgres)/.test(name) ? total + micros : total),
      0,
    );
  const line: Result = {
    measure,
    setup,
    metric: 'CPU µs a message',
    product: sum(first.cpuMicros),
    other: { name: other?.name ?? '', value: sum(first.otherCpuMicros) },
    goal: { of: 'ratio', atMost: 'atLeast' in goal ? 1 / goal.atLeast : goal.atMost },
  };
  return [...results, line];
}

function contests(
  { name, otherName, writers }: Variant,
  sides: { product: Contender; other: Contender },
): Contest[] {
  return writers.map((writer) => ({
    name: writer.name === undefined ? name : `${name}, ${writer.name}`,
    otherName,
    sides: {
      product: {
        ...sides.product,
        ...(writer.customers === undefined ? {} : { customers: writer.customers }),
      },
      other: sides.other,
    },
  }));
}

async function withBoth(
  { stage }: Deps,
  databases: { product: BenchDatabase; other: BenchDatabase },
  role: 'all' | 'server',
  work: (sides: { product: Contender; other: Contender }) => Promise<void>,
): Promise<void> {
  const product = await stage.startProduct({ roles: [role], database: databases.product });
  const other = await stage.startProduct({ roles: [role], database: databases.other });
  try {
    await work({
      product: { listener: product, database: databases.product },
      other: { listener: other, database: databases.other },
    });
  } finally {
    await Promise.all([product.stop(), other.stop()]);
  }
}

async function disableRowSecurity({ url }: BenchDatabase): Promise<void> {
  await withOwner(url, async (owner) => {
    const found = await owner.query(
      `select oid::regclass::text as name from pg_class where relrowsecurity`,
    );
    for (const { name } of found.rows) {
      await owner.query(`alter table ${name} disable row level security`);
      await owner.query(`alter table ${name} no force row level security`);
    }
  });
}
