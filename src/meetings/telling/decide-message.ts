import type { EffectiveAgentSettings } from '../../accounts/agent-settings.ts';
import type { MeetingRow } from '../meeting.ts';
import type { MeetingMessageKind } from './owe-messages.ts';

/** What is decided on: what is owed, the meeting as it is now, and how its customer can be reached. */
export type MessageFacts = {
  kind: MeetingMessageKind;
  aboutTime: Date;
  /** A reminder that is nearer to the meeting is due too. */
  isOutdone: boolean;
  meeting: Pick<MeetingRow, 'status' | 'meetingTime'>;
  isConversationActive: boolean;
  isWindowOpen: boolean;
  hasTemplates: boolean;
  settings: Pick<EffectiveAgentSettings, 'meetings' | 'templateName' | 'templateLanguage'>;
  now: Date;
};

export type MessageDecision =
  /** `template`: what goes out should the reply window be closed by then; null where there is none of its own. */
  | { do: 'say'; template: { name: string; language: string } | null }
  | { do: 'cannot'; because: 'archived' | 'window_closed' }
  | { do: 'nothing' };

/** Decides whether what is owed is still true, and whether the customer can be told. */
export function decideMessage(facts: MessageFacts): MessageDecision {
  if (!isStillTrue(facts)) return { do: 'nothing' };
  if (!facts.isConversationActive) return { do: 'cannot', because: 'archived' };
  const template = facts.hasTemplates ? ownTemplate(facts) : null;
  const hasGeneral = facts.hasTemplates && facts.settings.templateName !== undefined;
  const canSay = facts.isWindowOpen || template !== null || hasGeneral;
  return canSay ? { do: 'say', template } : { do: 'cannot', because: 'window_closed' };
}

/** Nobody is told of another time than the meeting has now, or of one that is over. */
function isStillTrue({ kind, meeting, aboutTime, isOutdone, now }: MessageFacts): boolean {
  const { status, meetingTime } = meeting;
  if (meetingTime.getTime() !== aboutTime.getTime() || meetingTime <= now) return false;
  switch (kind) {
    case 'confirmed':
    case 'moved':
      return status === 'scheduled';
    case 'reminder':
      return status === 'scheduled' && !isOutdone;
    case 'cancelled':
      return status === 'cancelled';
    case 'failed':
      return status !== 'scheduled' && status !== 'pending';
    case 'declined':
      return status === 'scheduled' || status === 'cancelled';
  }
}

function ownTemplate({ kind, settings }: MessageFacts): { name: string; language: string } | null {
  const { meetings, templateLanguage } = settings;
  if (kind === 'failed' || kind === 'declined') return null;
  const name = meetings?.templates?.[kind];
  if (name === undefined) return null;
  return { name, language: meetings?.templateLanguage ?? templateLanguage ?? 'en_US' };
}
