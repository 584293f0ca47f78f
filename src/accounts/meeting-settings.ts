import { z } from 'zod';
import { Name } from '../lib/http/fields.ts';

const TemplateName = Name(512).optional();

/** What an agent's customers are told of their meetings, and by which templates once the reply window has closed. */
export const MeetingSettings = z.strictObject({
  /** How many minutes before a meeting its customer is reminded; none for an empty list. */
  reminderMinutes: z.array(z.number().int().min(5).max(43_200)).max(5).optional(),
  /** Each has two parameters: {{1}} who is told, {{2}} what the meeting is and when. */
  templates: z
    .strictObject({
      confirmed: TemplateName,
      moved: TemplateName,
      cancelled: TemplateName,
      reminder: TemplateName,
    })
    .optional(),
  templateLanguage: Name(20).optional(),
});
export type MeetingSettings = z.infer<typeof MeetingSettings>;

/** A day and an hour before. */
const defaultReminderMinutes = [1_440, 60];

/** How many minutes before a meeting its customer is reminded, each once. */
export function reminderMinutesOf(settings: { meetings?: MeetingSettings | undefined }): number[] {
  return [...new Set(settings.meetings?.reminderMinutes ?? defaultReminderMinutes)];
}
