import { z } from 'zod';
import { safeJson } from '../../lib/safe-text.ts';
import { OptionalFlag, OptionalText, present, type Reading, read } from '../fields.ts';
import type { MessageContent } from '../inbound-event.ts';

const Interactive = z.looseObject({ type: z.string() });

const ButtonReply = z.object({ id: z.string(), title: z.string() });

const ListReply = ButtonReply.extend({ description: OptionalText });

const FlowReply = z.object({ response_json: OptionalText, body: OptionalText, name: OptionalText });

const CallPermissionReply = z.object({
  response: z.string(),
  is_permanent: OptionalFlag,
  expiration_timestamp: z.union([z.number(), z.string()]).optional().catch(undefined),
  response_source: OptionalText,
});

type Members = Record<string, unknown>;

/** What the customer answered to buttons, a list, a flow, or a request to be called; `details.kind` says which. */
export function readInteractive(message: Members): Reading<MessageContent> {
  const reading = read('interactive message', Interactive, message['interactive']);
  if (!reading.ok) {
    return reading;
  }
  const { type: kind, ...members } = reading.value;
  switch (kind) {
    case 'button_reply':
      return choice(kind, read(kind, ButtonReply, members[kind]));
    case 'list_reply':
      return choice(kind, read(kind, ListReply, members[kind]));
    case 'nfm_reply':
      return flowReply(read(kind, FlowReply, members[kind]));
    case 'call_permission_reply':
      return callPermission(read(kind, CallPermissionReply, members[kind]));
    default:
      // A customer who used a newer kind still waits for an answer, so it is a message and keeps all it has.
      return interactive('', { ...members, kind });
  }
}

function choice(
  kind: string,
  reading: Reading<z.infer<typeof ListReply> | z.infer<typeof ButtonReply>>,
): Reading<MessageContent> {
  return reading.ok
    ? interactive(reading.value.title, present({ kind, ...reading.value }))
    : reading;
}

function flowReply(reading: Reading<z.infer<typeof FlowReply>>): Reading<MessageContent> {
  if (!reading.ok) {
    return reading;
  }
  const { response_json: json, body, name } = reading.value;
  const response = json === undefined ? undefined : parsedJson(json);
  return interactive(body ?? '', present({ kind: 'nfm_reply', name, response }));
}

function callPermission(
  reading: Reading<z.infer<typeof CallPermissionReply>>,
): Reading<MessageContent> {
  if (!reading.ok) {
    return reading;
  }
  const { response, is_permanent, expiration_timestamp, response_source } = reading.value;
  return interactive(
    '',
    present({
      kind: 'call_permission_reply',
      response,
      isPermanent: is_permanent,
      expirationTimestamp: expiration_timestamp,
      responseSource: response_source,
    }),
  );
}

/** The flow's answer, which comes as JSON in a string: made safe again, since the string hid its own escapes. */
function parsedJson(text: string): unknown {
  try {
    return safeJson(JSON.parse(text));
  } catch {
    return text;
  }
}

function interactive(text: string, details: Members): Reading<MessageContent> {
  return { ok: true, value: { type: 'interactive', text, details, media: [] } };
}
