import { z } from 'zod';

const Booking = z.object({
  what: z.enum(['booked', 'moved', 'cancelled']),
  meetingTime: z.coerce.date(),
  timeZone: z.string(),
});

/** What happened to a meeting as the team reads it: "Booked a meeting for Wed 2 Dec, 15:00 Lisbon". */
export function bookingInWords(details: Record<string, unknown>): string {
  const read = Booking.safeParse(details);
  if (!read.success) return 'Booked a meeting';
  const when = shortTime(read.data.meetingTime, read.data.timeZone);
  switch (read.data.what) {
    case 'booked':
      return `Booked a meeting for ${when}`;
    case 'moved':
      return `Meeting moved to ${when}`;
    case 'cancelled':
      return `Meeting of ${when} cancelled`;
  }
}

function shortTime(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  const place = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone;
  return `${part('weekday')} ${part('day')} ${part('month')}, ${part('hour')}:${part('minute')} ${place}`;
}
