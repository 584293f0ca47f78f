import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import type { Recording } from './recorder.ts';
import { lengthWords } from './times.ts';
import { useLanguage } from './view-context.ts';

const longestSeconds = 600;
const lookMs = 100;

/** Stands where the field is while something is recorded: how long, how loud, away or send. */
export function VoiceBar(props: {
  recording: Recording;
  onSend: () => void;
  onCancel: () => void;
}): JSX.Element {
  const { words } = useLanguage();
  const { recording, onSend, onCancel } = props;
  const began = useRef(Date.now());
  const send = useRef<HTMLButtonElement>(null);
  const [now, setNow] = useState({ seconds: 0, level: 0 });
  useEffect(() => {
    send.current?.focus();
    const timer = setInterval(() => {
      const seconds = (Date.now() - began.current) / 1000;
      setNow({ seconds, level: recording.level() });
      if (seconds >= longestSeconds) onSend();
    }, lookMs);
    return () => clearInterval(timer);
  }, [recording]);
  return (
    <div class="writing">
      <div class="composer voice">
        <button type="button" class="plain" aria-label={words.cancel} onClick={onCancel}>
          <Icon name="trash" />
        </button>
        <p class="length">
          <i style={{ transform: `scale(${0.8 + now.level * 0.7})` }} />
          <span class="hidden">{words.recording} </span>
          {lengthWords(now.seconds)}
        </p>
        <button
          type="button"
          class="send"
          ref={send}
          aria-label={words.stopAndSend}
          onClick={onSend}
        >
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}
