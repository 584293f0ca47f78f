/**
 * A mail as a person reads it: its paragraphs without what the subject says already, and its buttons. A button is a
 * line such as "Take over: https://…" that leads to the page of a notification; it leads to this very server,
 * whatever stands before the path.
 */
export function readMail({ subject, text }) {
  const lines = (text ?? '').trim().split(/\r?\n/);
  const buttons = [];
  const words = lines.filter((line) => {
    const button = buttonOf(line);
    if (button !== undefined) buttons.push(button);
    return button === undefined;
  });
  if (words.length > 1 && subject.startsWith(words[0])) words.shift();
  const paragraphs = words.join('\n').split(/\n{2,}/);
  return {
    paragraphs: paragraphs.map((one) => one.trimEnd()).filter((one) => one !== ''),
    buttons,
  };
}

function buttonOf(line) {
  const [, label, address] = /^([^:"“]{1,40}): (https?:\/\/\S+)$/.exec(line) ?? [];
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return /^\/n\/[\w-]+$/.test(pathname) ? { label, href: `${pathname}${search}` } : undefined;
}
