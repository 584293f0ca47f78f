import { z } from 'zod';
import { Name, Text } from '../lib/http/fields.ts';
import { MeetingSettings } from './meeting-settings.ts';
import { WebchatSettings } from './webchat-settings.ts';

/** What a link of the business is for. */
export const linkPurposes = ['pricing', 'demo', 'followup', 'sample', 'website'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

/** A page of the business; normalised, so that it can stand in a header as it is. */
const PageUrl = z
  .url({ protocol: /^https?$/, normalize: true })
  .max(2_000)
  .optional();
/** What stands on a button; no channel shows more than 20 characters. */
const ButtonText = Name(20).optional();

/** What a tenant may set for an agent; all of it optional, nothing else accepted. */
export const AgentSettings = z.strictObject({
  fallbackText: Text({ max: 4_096 }).trim().min(1).optional(),
  creditsPerReply: z.number().int().min(0).max(1_000_000).optional(),
  takeoverMinutes: z.number().int().min(1).max(43_200).optional(),
  quietMs: z.number().int().min(0).max(6_000).optional(),
  templateName: Name(512).optional(),
  templateLanguage: Name(20).optional(),
  /** Whether a public comment is answered, once, with a private message; `off` unless set. */
  commentReplies: z.enum(['off', 'private']).optional(),
  /** The pages that the agent may offer by a button or a link, each for its purpose. */
  links: z
    .strictObject({
      pricing: PageUrl,
      demo: PageUrl,
      followup: PageUrl,
      sample: PageUrl,
      website: PageUrl,
    })
    .optional(),
  /** What stands on the buttons; the model words those that are not set. */
  linkLabels: z
    .strictObject({
      pricing: ButtonText,
      demo: ButtonText,
      followup: ButtonText,
      sample: ButtonText,
      website: ButtonText,
    })
    .optional(),
  /** What customers are told of their meetings without having asked. */
  meetings: MeetingSettings.optional(),
  /** The chat on the business's pages. */
  webchat: WebchatSettings.optional(),
});

export type AgentSettings = z.infer<typeof AgentSettings>;

/** An agent's settings with the defaults in place of what it does not set. */
export type EffectiveAgentSettings = AgentSettings & {
  fallbackText: string;
  creditsPerReply: number;
  takeoverMinutes: number;
};

/** How long a person's message keeps the AI silent, unless the agent says otherwise. */
export const defaultTakeoverMinutes = 60;

const defaultFallbackText = 'Thank you for your message. A colleague will get back to you shortly.';

/** Reads stored settings; a setting that does not parse any more counts as not set. */
export function parseAgentSettings(stored: unknown): EffectiveAgentSettings {
  const read = AgentSettings.safeParse(stored);
  const set = read.success ? read.data : {};
  return {
    ...set,
    fallbackText: set.fallbackText ?? defaultFallbackText,
    creditsPerReply: set.creditsPerReply ?? 1,
    takeoverMinutes: set.takeoverMinutes ?? defaultTakeoverMinutes,
  };
}
