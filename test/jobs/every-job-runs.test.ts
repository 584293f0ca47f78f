import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { jobs } from '../../src/jobs/catalog.ts';

const adapter = readFileSync(new URL('../../src/jobs/bullmq.ts', import.meta.url), 'utf8');

describe('the jobs of the catalog', () => {
  // Seen failing for three jobs that workers waited for in vain: the adapter threw "no such job".
  it.each(Object.keys(jobs))('%s is handed to its handler', (name) => {
    expect(adapter).toContain(`case '${name}':`);
  });
});
