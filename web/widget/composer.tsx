import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from './chat-handles.ts';
import { EmojiPicker } from './emoji-picker.tsx';
import { isFullScreen } from './focus.ts';
import { Icon } from './icons.tsx';
import { canRecord, type Recording, startRecording } from './recorder.ts';
import type { State } from './state.ts';
import { UploadList } from './upload-list.tsx';
import { useLanguage } from './view-context.ts';
import { VoiceBar } from './voice-bar.tsx';

const maxTextLength = 4_000;

/** Where the visitor writes: text, emoji, files, voice. */
export function Composer({ chat, state }: { chat: Chat; state: State }): JSX.Element {
  const { words } = useLanguage();
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [isPicking, setPicking] = useState(false);
  const [recording, setRecording] = useState<Recording | undefined>();
  const [complaint, setComplaint] = useState<string | undefined>();
  const text = state.composing;
  const mayAttach = state.settings?.attachments === true;
  const files = state.uploads.filter(({ isVoiceNote }) => !isVoiceNote);
  const ready = files.flatMap(({ attachment }) => attachment ?? []);
  const isUploading = files.some(
    ({ attachment, failure }) => attachment === null && failure === null,
  );
  const canSend = !isUploading && (text.trim() !== '' || ready.length > 0);

  useEffect(() => {
    // On a phone the keyboard would cover the greeting.
    if (!isFullScreen()) field.current?.focus();
  }, []);
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text, recording]);

  const send = (): void => {
    if (!canSend) return;
    chat.send(text.trim(), ready);
    chat.compose('');
    chat.clearUploads(
      files.filter(({ attachment }) => attachment !== null).map(({ localId }) => localId),
    );
    setPicking(false);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter may choose a word of an input method; 229 is how Safari says so.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    send();
  };
  const attachAll = (list: FileList | null | undefined): void => {
    for (const file of list ?? []) chat.attach(file);
  };
  const record = async (): Promise<void> => {
    setComplaint(undefined);
    const begun = await startRecording();
    if (begun === 'refused') setComplaint(words.micRefused);
    else if (begun === 'missing') setComplaint(words.micMissing);
    else setRecording(begun);
  };
  const endRecording = (): void => setRecording(undefined);

  if (recording !== undefined) {
    return (
      <VoiceBar
        recording={recording}
        onCancel={() => {
          recording.cancel();
          endRecording();
        }}
        onSend={() => {
          endRecording();
          void recording.finish().then((file) => chat.sendVoiceNote(file));
        }}
      />
    );
  }
  return (
    <div class="writing">
      {complaint !== undefined && (
        <p class="complaint" role="alert">
          {complaint}
        </p>
      )}
      <UploadList chat={chat} uploads={state.uploads} />
      {isPicking && (
        <EmojiPicker
          onPick={(emoji) => {
            chat.compose(text + emoji);
            field.current?.focus();
          }}
        />
      )}
      <div class="composer">
        {mayAttach && (
          <>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              tabIndex={-1}
              onChange={(event) => {
                attachAll(event.currentTarget.files);
                event.currentTarget.value = '';
              }}
            />
            <button
              type="button"
              class="plain"
              aria-label={words.attach}
              onClick={() => picker.current?.click()}
            >
              <Icon name="attach" />
            </button>
          </>
        )}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          maxLength={maxTextLength}
          value={text}
          placeholder={words.write}
          aria-label={words.write}
          enterkeyhint="send"
          onKeyDown={onKeyDown}
          onInput={(event) => {
            chat.compose(event.currentTarget.value);
            chat.isTyping();
          }}
          onPaste={(event) => {
            if (!mayAttach || (event.clipboardData?.files.length ?? 0) === 0) return;
            event.preventDefault();
            attachAll(event.clipboardData?.files);
          }}
        />
        <button
          type="button"
          class="plain"
          aria-label={words.emoji}
          aria-expanded={isPicking}
          onClick={() => setPicking(!isPicking)}
        >
          <Icon name="smile" />
        </button>
        {!canSend && !isUploading && mayAttach && canRecord() ? (
          <button
            type="button"
            class="plain"
            aria-label={words.record}
            onClick={() => void record()}
          >
            <Icon name="mic" />
          </button>
        ) : (
          <button
            type="button"
            class="send"
            aria-label={words.send}
            disabled={!canSend}
            onClick={send}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </div>
  );
}
