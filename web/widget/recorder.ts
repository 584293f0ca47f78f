/** A recording under way. */
export type Recording = {
  /** Ends it; the file that came of it. */
  finish(): Promise<File>;
  cancel(): void;
  /** How loud it is now, 0 to 1. */
  level(): number;
};

const formats = [
  { mimeType: 'audio/webm;codecs=opus', extension: 'webm' },
  { mimeType: 'audio/mp4', extension: 'm4a' },
  { mimeType: 'audio/ogg;codecs=opus', extension: 'ogg' },
];

/** Whether this page can record at all: that takes HTTPS and a browser that knows how. */
export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && 'mediaDevices' in navigator;
}

/** Asks for the microphone and begins; says in a word why it could not. */
export async function startRecording(): Promise<Recording | 'refused' | 'missing'> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    const isMissing = error instanceof DOMException && error.name === 'NotFoundError';
    return isMissing ? 'missing' : 'refused';
  }
  const format = formats.find(({ mimeType }) => MediaRecorder.isTypeSupported(mimeType));
  const recorder = new MediaRecorder(
    stream,
    format === undefined ? {} : { mimeType: format.mimeType, audioBitsPerSecond: 32_000 },
  );
  const meter = openMeter(stream);
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const letGo = (): void => {
    meter.close();
    for (const track of stream.getTracks()) track.stop();
  };
  recorder.start();
  return {
    level: meter.level,
    finish: () =>
      new Promise((resolve) => {
        recorder.onstop = () => {
          letGo();
          const type = (recorder.mimeType || 'audio/webm').split(';')[0] ?? '';
          resolve(new File(pieces, `voice.${format?.extension ?? 'webm'}`, { type }));
        };
        recorder.stop();
      }),
    cancel() {
      recorder.onstop = null;
      if (recorder.state !== 'inactive') recorder.stop();
      letGo();
    },
  };
}

function openMeter(stream: MediaStream): { level(): number; close(): void } {
  if (typeof AudioContext === 'undefined') return { level: () => 0, close: () => undefined };
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 256;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  return {
    level() {
      analyser.getByteTimeDomainData(samples);
      return Math.min(1, Math.max(...samples.map((sample) => Math.abs(sample - 128))) / 64);
    },
    close: () => void context.close(),
  };
}
