import { PermanentError, TransientError } from '../lib/errors.ts';

/** The calendar cannot be asked now. */
export class CalendarUnavailable extends TransientError {
  override readonly code = 'calendar.unavailable';
}

/** The calendar does not take the token: it is renewed once, and then only a person can help. */
export class CalendarAccessLost extends PermanentError {
  override readonly code = 'calendar.access_lost';
}

/** The calendar refuses what was asked, whoever asks. */
export class CalendarRefused extends PermanentError {
  override readonly code = 'calendar.refused';
}

/** The tenant's calendar has to be connected anew by a person. */
export class CalendarNeedsAttention extends PermanentError {
  override readonly code = 'calendar.needs_attention';
  override readonly status = 409;
}

/** The tenant has connected no calendar. */
export class NoCalendarConnected extends PermanentError {
  override readonly code = 'calendar.not_connected';
  override readonly status = 404;
}
