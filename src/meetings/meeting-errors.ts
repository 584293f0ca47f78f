import { PermanentError } from '../lib/errors.ts';

/** The meeting is off, over, or not agreed any more: it cannot be changed so. */
export class MeetingNotScheduled extends PermanentError {
  override readonly code = 'meeting.not_scheduled';
  override readonly status = 409;
}

/** Its person has another meeting then, or somebody is deciding for that time. */
export class SlotTaken extends PermanentError {
  override readonly code = 'meeting.slot_taken';
  override readonly status = 409;
}

/** What has not begun was neither missed nor completed. */
export class MeetingNotBegun extends PermanentError {
  override readonly code = 'meeting.not_begun';
  override readonly status = 409;
}

/** A meeting cannot be moved to a time that is over. */
export class TimeIsOver extends PermanentError {
  override readonly code = 'meeting.time_is_over';
  override readonly status = 422;
}
