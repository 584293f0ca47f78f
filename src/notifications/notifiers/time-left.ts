const minuteMs = 60_000;
/** No provider's window is as long. */
const noHurryMs = 31 * 24 * 60 * minuteMs;

/**
 * How long the customer may still be written to, in words such as `5 h 20 min left to answer` or
 * `reply window closed`; null when nobody knows, or when it is so long that nobody has to hurry: a channel without a
 * reply window says years.
 */
export function timeLeft(endsAt: Date | null, now: Date): string | null {
  if (endsAt === null) return null;
  const leftMs = endsAt.getTime() - now.getTime();
  if (leftMs > noHurryMs) return null;
  if (leftMs <= 0) return 'reply window closed';
  const minutes = Math.floor(leftMs / minuteMs);
  if (minutes === 0) return 'less than a minute left to answer';
  return `${inUnits(minutes)} left to answer`;
}

function inUnits(minutes: number): string {
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  const rest = minutes % 60;
  const units =
    days > 0
      ? [`${days} d`, hours && `${hours} h`]
      : [hours && `${hours} h`, rest && `${rest} min`];
  return units.filter(Boolean).join(' ');
}
