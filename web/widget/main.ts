import { isRecord } from './fields.ts';
import { readScriptTag } from './script-tag.ts';
import { startWidget, takenName } from './widget.tsx';

// Whatever happens here, the page that has us must not feel it.
try {
  const tag = readScriptTag();
  const taken = takenName();
  const isHere = isRecord(taken) && 'identify' in taken;
  if (tag !== undefined && !isHere) startWidget(tag);
} catch {
  // There is no chat, then.
}
