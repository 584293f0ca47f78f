import { type Answer, isPassing, refusal } from './api.ts';
import { jsonOf } from './fields.ts';
import type { Attachment } from './protocol.ts';
import { randomId } from './random-id.ts';
import { readAttachment } from './read-answer.ts';
import type { SessionKeeper } from './session.ts';
import type { Upload } from './state.ts';
import type { Store } from './store.ts';

/** Files on their way up. */
export type Uploads = {
  /** Begins at once. */
  add(file: File, options?: { isVoiceNote: boolean }): void;
  again(localId: string): void;
  cancel(localId: string): void;
  /** The files that went out with a message. */
  clear(localIds: string[]): void;
};

/** Makes the uploads of a chat. */
export function createUploads(deps: {
  base: string;
  session: SessionKeeper;
  store: Store;
  /** A voice note goes out by itself when it is up. */
  onVoiceNote: (attachment: Attachment) => void;
}): Uploads {
  const { store, session } = deps;
  const files = new Map<string, { file: File; giveUp: AbortController }>();

  const find = (localId: string): Upload | undefined =>
    store.state().uploads.find((upload) => upload.localId === localId);
  const change = (localId: string, changes: Partial<Upload>): void => {
    const upload = find(localId);
    if (upload !== undefined) store.dispatch({ type: 'upload', upload: { ...upload, ...changes } });
  };
  const drop = (localIds: string[]): void => {
    for (const localId of localIds) {
      const preview = find(localId)?.preview;
      if (preview != null) URL.revokeObjectURL(preview);
      files.delete(localId);
    }
    store.dispatch({ type: 'upload-gone', localIds });
  };
  const run = async (localId: string): Promise<void> => {
    const found = files.get(localId);
    if (found === undefined) return;
    const isVoiceNote = find(localId)?.isVoiceNote ?? false;
    const answer = await session.withToken((token) =>
      sendFile({
        url: `${deps.base}/webchat/uploads`,
        base: deps.base,
        token,
        file: found.file,
        isVoiceNote,
        signal: found.giveUp.signal,
        onProgress: (progress) => change(localId, { progress }),
      }),
    );
    if (found.giveUp.signal.aborted) return;
    if (!answer.ok) {
      change(localId, { failure: { detail: answer.detail, again: isPassing(answer) } });
    } else if (isVoiceNote) {
      drop([localId]);
      deps.onVoiceNote(answer.value);
    } else {
      change(localId, { progress: 1, attachment: answer.value });
    }
  };
  return {
    add(file, options = { isVoiceNote: false }) {
      const localId = randomId();
      files.set(localId, { file, giveUp: new AbortController() });
      store.dispatch({
        type: 'upload',
        upload: {
          localId,
          name: file.name,
          sizeBytes: file.size,
          preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : null,
          isVoiceNote: options.isVoiceNote,
          progress: 0,
          attachment: null,
          failure: null,
        },
      });
      void run(localId);
    },
    again(localId) {
      change(localId, { failure: null, progress: 0 });
      void run(localId);
    },
    cancel(localId) {
      files.get(localId)?.giveUp.abort();
      drop([localId]);
    },
    clear: drop,
  };
}

type SendFile = {
  url: string;
  base: string;
  token: string;
  file: File;
  isVoiceNote: boolean;
  signal: AbortSignal;
  onProgress: (progress: number) => void;
};

/** With XMLHttpRequest, because `fetch` does not tell how far a body has come. */
function sendFile(options: SendFile): Promise<Answer<Attachment>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const fail = (): void => resolve(refusal(0, '', null));
    request.open('POST', options.url);
    request.setRequestHeader('Authorization', `Bearer ${options.token}`);
    request.setRequestHeader('Content-Type', options.file.type || 'application/octet-stream');
    request.setRequestHeader('X-Filename', encodeURIComponent(options.file.name));
    if (options.isVoiceNote) request.setRequestHeader('X-Voice-Note', 'true');
    request.upload.onprogress = ({ loaded, total }) => options.onProgress(loaded / (total || 1));
    request.onerror = fail;
    request.onabort = fail;
    request.onload = () => {
      const attachment = readAttachment(jsonOf(request.responseText), options.base);
      if (request.status < 300 && attachment !== undefined) {
        resolve({ ok: true, value: attachment });
      } else {
        resolve(
          refusal(request.status, request.responseText, request.getResponseHeader('Retry-After')),
        );
      }
    };
    options.signal.addEventListener('abort', () => request.abort());
    request.send(options.file);
  });
}
