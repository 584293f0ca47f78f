import type { Context } from '../src/context.ts';
import { workOnChanges } from '../src/meetings/changes/work-on-changes.ts';
import { changeDeps } from './meeting-changes.ts';

/** Starts the workers that keep meetings and calendars the same. */
export function startMeetings(context: Context): void {
  const { enqueue } = context.queues;
  const changes = { ...changeDeps(context), enqueue };
  context.queues.work('meetings', {
    'meetings.changes': ({ items }) => workOnChanges(changes, items),
  });
}
