import { describe, expect, it } from '@jest/globals';
import {
  handleJob,
  isJobName,
  type JobHandlers,
  type JobName,
  jobs,
} from '../../src/jobs/catalog.ts';

const names = Object.keys(jobs).filter(isJobName);
const ids = ['conversationId', 'notificationId', 'phoneNumberId', 'attachmentId', 'contactId'];
const others = ['meetingId', 'calendarId', 'storageKey'];

/** An item that has every id there is: each payload takes those that it knows. */
const item = Object.fromEntries(['userId', ...ids, ...others].map((id) => [id, `the ${id}`]));

function handlersThat(hear: (name: JobName, payload: { items: unknown[] }) => void): JobHandlers {
  return Object.fromEntries(
    names.map((name) => [
      name,
      async (payload: { items: unknown[] }) => {
        hear(name, payload);
      },
    ]),
  );
}

describe('the jobs of the catalog', () => {
  // Seen failing with the first handler called whatever the name, and with what was parsed left out.
  it.each(names)('%s is parsed and handed to its own handler', async (name) => {
    const heard: [JobName, { items: unknown[] }][] = [];

    await handleJob(
      handlersThat((...one) => heard.push(one)),
      name,
      { items: [item] },
    );

    expect(heard.map(([one]) => one)).toEqual([name]);
    expect(heard[0]?.[1].items[0]).toMatchObject({ userId: 'the userId' });
  });

  it('refuses what does not fit, before any handler sees it', async () => {
    const heard: unknown[] = [];
    const handlers = handlersThat((name) => heard.push(name));

    await expect(
      handleJob(handlers, 'meetings.write', { items: [{ userId: 1 }] }),
    ).rejects.toThrow();
    expect(heard).toEqual([]);
  });

  it('knows no job that is not there, and none of the object’s own names', () => {
    expect(['meetings.nothing', 'toString', '__proto__'].filter(isJobName)).toEqual([]);
  });
});
