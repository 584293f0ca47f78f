import type { JSX } from 'preact';
import type { Chat } from './chat-handles.ts';
import { Icon } from './icons.tsx';
import { fill } from './language.ts';
import type { Upload } from './state.ts';
import { sizeWords } from './times.ts';
import { useLanguage } from './view-context.ts';

/** The files that go with the next message: how far each is, and what is wrong with it. */
export function UploadList(props: { chat: Chat; uploads: Upload[] }): JSX.Element | null {
  if (props.uploads.length === 0) return null;
  return (
    <ul class="uploads">
      {props.uploads.map((upload) => (
        <UploadLine key={upload.localId} chat={props.chat} upload={upload} />
      ))}
    </ul>
  );
}

function UploadLine({ chat, upload }: { chat: Chat; upload: Upload }): JSX.Element {
  const { words, tag } = useLanguage();
  const { localId, name, sizeBytes, preview, progress, attachment, failure } = upload;
  const shownName = upload.isVoiceNote ? words.voice : name;
  return (
    <li data-failed={failure !== null}>
      {preview === null ? (
        <Icon name={upload.isVoiceNote ? 'mic' : 'file'} />
      ) : (
        <img src={preview} alt="" />
      )}
      <span class="upload-words">
        <b>{shownName}</b>
        {failure === null ? (
          <small>{sizeWords(sizeBytes, tag)}</small>
        ) : (
          <small class="error" role="alert">
            {failure.detail || words.uploadFailed}
          </small>
        )}
        {failure === null && attachment === null && (
          <progress value={progress} aria-label={fill(words.uploading, { name: shownName })} />
        )}
      </span>
      {failure?.again === true && (
        <button
          type="button"
          class="plain"
          aria-label={words.again}
          onClick={() => chat.uploadAgain(localId)}
        >
          <Icon name="again" />
        </button>
      )}
      <button
        type="button"
        class="plain"
        aria-label={`${words.remove}: ${shownName}`}
        onClick={() => chat.cancelUpload(localId)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
