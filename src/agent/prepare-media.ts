import { sleep } from '../lib/clock.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Transcriber } from '../llm/language-model.ts';
import { tryAgain } from '../llm/try-again.ts';
import {
  type AttachmentState,
  attachmentStates,
  keepTranscript,
} from '../media/claim-attachments.ts';
import { type FetchDeps, fetchAttachments } from '../media/fetch-attachments.ts';
import type { LoadedImages } from './model-input.ts';
import type { TimelineMessage } from './turn-facts.ts';

export type PrepareDeps = FetchDeps & { transcriber: Transcriber; log: Log };

type TurnRef = { userId: string; conversationId: string };

/** Formats that the model can look at (OpenAI's guide to images). */
const imageTypes = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);
const maxImages = 6;
const maxImageBytes = 10 * 1024 * 1024;
const longestWaitMs = 20_000;

/**
 * Makes what customers sent ready for the model: waits for files that are still on their way, loads the
 * newest pictures, has voice notes transcribed. Writes transcripts into the timeline it is given. A file
 * that cannot be had is described to the model as such, and does not fail the turn.
 */
export async function prepareMedia(
  deps: PrepareDeps,
  turn: TurnRef,
  timeline: TimelineMessage[],
  signal: AbortSignal,
): Promise<LoadedImages> {
  const sent = timeline.flatMap((message) =>
    message.author === 'customer' && !message.revoked ? (message.attachments ?? []) : [],
  );
  if (sent.length === 0) return new Map();
  const states = await settledStates(
    deps,
    turn.userId,
    sent.map(({ attachmentId }) => attachmentId),
    signal,
  );
  for (const attachment of sent) {
    const state = states.get(attachment.attachmentId);
    if (state === undefined) continue;
    attachment.kind = state.kind;
    attachment.refusal = state.refusal;
    attachment.mimeType = state.mimeType;
    attachment.storageKey = state.storageKey;
    attachment.transcript = state.transcript;
    if (attachment.kind === 'audio' && state.status === 'stored' && state.transcript === null) {
      attachment.transcript = await hear(deps, turn.userId, state, signal);
    }
  }
  const images = sent.filter(
    ({ kind, mimeType }) => kind === 'image' && imageTypes.has(mimeType ?? ''),
  );
  return loadImages(deps, images.slice(-maxImages));
}

async function settledStates(
  deps: PrepareDeps,
  userId: string,
  attachmentIds: string[],
  signal: AbortSignal,
): Promise<Map<string, AttachmentState>> {
  const giveUpAt = performance.now() + longestWaitMs;
  for (;;) {
    const states = await attachmentStates(deps.app, userId, attachmentIds);
    const waiting = states.filter(({ status }) => status === 'pending');
    if (waiting.length === 0 || signal.aborted || performance.now() > giveUpAt) {
      return new Map(states.map((state) => [state.attachmentId, state]));
    }
    await fetchAttachments(
      deps,
      waiting.map(({ attachmentId }) => ({ userId, attachmentId })),
    );
    await sleep(100, signal);
  }
}

async function hear(
  deps: PrepareDeps,
  userId: string,
  state: AttachmentState,
  signal: AbortSignal,
): Promise<string | null> {
  if (state.storageKey === null) return null;
  try {
    const { bytes, mimeType } = await deps.store.get(state.storageKey);
    const filename = `voice.${audioEnding(state.mimeType ?? mimeType)}`;
    const { text } = await tryAgain(
      () => deps.transcriber.transcribe({ bytes, mimeType, filename }, signal),
      { random: deps.random, signal },
    );
    await keepTranscript(deps.app, { userId, attachmentId: state.attachmentId }, text);
    return text;
  } catch (error) {
    deps.log.warn('voice note not transcribed', {
      attachmentId: state.attachmentId,
      error: errorText(error),
    });
    return null;
  }
}

function audioEnding(mimeType: string): string {
  const endings: [string, string][] = [
    ['ogg', 'ogg'],
    ['mpeg', 'mp3'],
    ['mp4', 'm4a'],
    ['wav', 'wav'],
    ['webm', 'webm'],
    ['aac', 'aac'],
    ['amr', 'amr'],
  ];
  return endings.find(([part]) => mimeType.includes(part))?.[1] ?? 'ogg';
}

async function loadImages(
  deps: PrepareDeps,
  images: { attachmentId: string; storageKey: string | null; mimeType: string | null }[],
): Promise<LoadedImages> {
  const loaded: LoadedImages = new Map();
  for (const { attachmentId, storageKey, mimeType } of images) {
    if (storageKey === null) continue;
    try {
      const stored = await deps.store.get(storageKey);
      if (stored.bytes.length > maxImageBytes) continue;
      const base64 = Buffer.from(stored.bytes).toString('base64');
      loaded.set(attachmentId, { mimeType: mimeType ?? stored.mimeType, base64 });
    } catch (error) {
      deps.log.warn('image not loaded', { attachmentId, error: errorText(error) });
    }
  }
  return loaded;
}
