import { BadConfiguration, type Role, readConfig } from './config/config.ts';
import { migrateJobTables } from './jobs/bullmq.ts';
import { type JobGroup, jobGroups } from './jobs/catalog.ts';
import { type DatabaseRole, urlForRole } from './lib/database-roles.ts';
import { createPool, type Pool } from './lib/db.ts';
import { errorText } from './lib/errors.ts';
import { migrate } from './lib/migrate.ts';
import { openInstallation } from './startup/installation.ts';
import { rotateKey } from './startup/rotate-key.ts';
import { runRole } from './startup/run-role.ts';

const [command = 'all', ...rest] = process.argv.slice(2);

main().catch((error: unknown) => {
  const isExplained = error instanceof Error && 'code' in error;
  const detail = error instanceof Error && !isExplained ? error.stack : errorText(error);
  process.stderr.write(`${detail}\n`);
  process.exit(error instanceof BadConfiguration ? 78 : 1);
});

async function main(): Promise<void> {
  const config = readConfig(environment());
  if (command === 'migrate') return runMigrations(config);
  if (command === 'rotate-key') return runRotation(config);
  const role = asRole(command);
  await runRole({ config, role, groups: role === 'worker' ? asGroups(rest) : [...jobGroups] });
}

async function runMigrations(config: ReturnType<typeof readConfig>): Promise<void> {
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const installation = await openInstallation(config, say);
  try {
    const { ownerUrl, vault } = installation;
    const ran = await migrate({ ownerUrl, vault, migrateJobs: migrateJobTables });
    say(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`);
  } finally {
    await installation.stop();
  }
}

/** The exit code tells whether the current key opens everything. */
async function runRotation(config: ReturnType<typeof readConfig>): Promise<void> {
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const installation = await openInstallation(config, say);
  const { ownerUrl, vault } = installation;
  const pool = (role: DatabaseRole): Pool =>
    createPool({
      url: urlForRole(ownerUrl, role, vault),
      maxConnections: 1,
      applicationName: 'rapport rotate-key',
      onError: (error) => say(errorText(error)),
    });
  const [app, admin] = [pool('rapport_app'), pool('rapport_admin')];
  try {
    // The roles' passwords come from the key, too: this sets them.
    await migrate({ ownerUrl, vault, migrateJobs: migrateJobTables });
    const { isDone } = await rotateKey({ app, admin, vault, say });
    process.exitCode = isDone ? 0 : 1;
  } finally {
    await Promise.all([app.end(), admin.end()]);
    await installation.stop();
  }
}

function asRole(name: string): Role {
  if (name === 'all' || name === 'server' || name === 'worker') return name;
  throw new BadConfiguration(
    `There is no command "${name}": all, server, worker, migrate or rotate-key.`,
  );
}

function asGroups(names: string[]): JobGroup[] {
  if (names.length === 0) return [...jobGroups];
  return names.map((name) => {
    const group = jobGroups.find((one) => one === name);
    if (group === undefined) {
      throw new BadConfiguration(`There is no group "${name}": ${jobGroups.join(', ')}.`);
    }
    return group;
  });
}

function environment(): Record<string, string | undefined> {
  // The one place that reads the environment.
  // biome-ignore lint/style/noProcessEnv: read once, here, and parsed by the config
  return process.env;
}
