import { isObject, type JsonObject, listAt, objectAt, objectsAt, textAt } from '../lib/json.ts';
import type { GraphError } from './errors.ts';

/** A send that Graph would accept, with who it goes to: digits of a phone, or a user id. */
export type ValidSend = {
  to: string;
  byUserId: boolean;
  type: string;
  text?: string;
  reference?: string;
};

const textLimit = 4096;
const captionLimit = 1024;
const mediaTypes = new Set(['image', 'video', 'audio', 'document', 'sticker']);
const otherTypes = new Set(['text', 'template', 'interactive', 'location', 'contacts', 'reaction']);

/** Checks the body of `POST /{phone-number-id}/messages` by the rules of the reference page. */
export function validateSend(body: JsonObject): ValidSend | GraphError {
  if (textAt(body, 'messaging_product') !== 'whatsapp') {
    return invalid('The parameter messaging_product is required.');
  }
  const phone = textAt(body, 'to')?.replace(/\D/g, '');
  const to = phone || textAt(body, 'recipient');
  if (!to) return missing('to');
  const type = textAt(body, 'type') ?? 'text';
  const reference = textAt(body, 'biz_opaque_callback_data');
  if ((reference?.length ?? 0) > 512) {
    return invalid('Param biz_opaque_callback_data must be at most 512 characters long.');
  }
  const fault = contentFault(type, body);
  if (fault !== undefined) return fault;
  const text = shownText(type, objectAt(body, type));
  return {
    to,
    byUserId: !phone,
    type,
    ...(text === undefined ? {} : { text }),
    ...(reference === undefined ? {} : { reference }),
  };
}

/** What the customer reads of a message; undefined when it shows no text. */
function shownText(type: string, content: JsonObject): string | undefined {
  if (type === 'interactive') return textAt(objectAt(content, 'body'), 'text');
  if (type === 'template') return textAt(content, 'name');
  return textAt(content, 'body') ?? textAt(content, 'caption') ?? textAt(content, 'emoji');
}

function contentFault(type: string, body: JsonObject): GraphError | undefined {
  const isMedia = mediaTypes.has(type);
  if (!isMedia && !otherTypes.has(type)) {
    return invalid(`Param type must be one of the known types - got "${type}".`);
  }
  if (type === 'contacts') return listAt(body, 'contacts').length > 0 ? undefined : missing(type);
  if (!isObject(body[type])) return missing(type);
  const content = objectAt(body, type);
  if (isMedia) return mediaFault(type, content);
  if (type === 'text') return textFault(content);
  if (type === 'template') return templateFault(content);
  if (type === 'interactive') return interactiveFault(content);
  if (type === 'reaction' && !hasText(content, 'message_id'))
    return missing("reaction['message_id']");
  return undefined;
}

/** A file is one that was uploaded before, or lies at an address that Meta can fetch it from; some carry a caption. */
function mediaFault(type: string, content: JsonObject): GraphError | undefined {
  const link = textAt(content, 'link');
  if (link === undefined && !hasText(content, 'id')) return missing(`${type}['id']`);
  if (link !== undefined && !/^https?:$/.test(URL.parse(link)?.protocol ?? '')) {
    return badValue(`${type}['link']`);
  }
  const caption = textAt(content, 'caption');
  const hasCaptions = type !== 'audio' && type !== 'sticker';
  if (caption !== undefined && (!hasCaptions || caption.length > captionLimit)) {
    return badValue(`${type}['caption']`);
  }
  return content['filename'] !== undefined && type !== 'document'
    ? badValue(`${type}['filename']`)
    : undefined;
}

function textFault(content: JsonObject): GraphError | undefined {
  if (!hasText(content, 'body')) return missing("text['body']");
  const length = textAt(content, 'body')?.length ?? 0;
  return length > textLimit
    ? invalid(`Param text['body'] must be at most ${textLimit} characters long.`)
    : undefined;
}

function templateFault(content: JsonObject): GraphError | undefined {
  if (!hasText(content, 'name')) return missing("template['name']");
  if (!hasText(objectAt(content, 'language'), 'code')) {
    return missing("template['language']['code']");
  }
  const parameters = objectsAt(content, 'components').flatMap((component) =>
    objectsAt(component, 'parameters'),
  );
  return parameters.map(parameterFault).find((fault) => fault !== undefined);
}

/** What Meta takes as the text of a parameter: one line, with no more than four spaces in a row. */
function parameterFault(parameter: JsonObject): GraphError | undefined {
  if (textAt(parameter, 'type') !== 'text') return undefined;
  if (!hasText(parameter, 'text'))
    return missing("template['components'][0]['parameters']['text']");
  return /[\n\r\t]| {5}/.test(textAt(parameter, 'text') ?? '')
    ? invalid('Param text cannot have new-line/tab characters or more than 4 consecutive spaces')
    : undefined;
}

const bodyText = "interactive['body']['text']";

function interactiveFault(content: JsonObject): GraphError | undefined {
  const kind = textAt(content, 'type');
  if (kind === undefined) return missing("interactive['type']");
  const text = textAt(objectAt(content, 'body'), 'text') ?? '';
  if (text.length > (kind === 'list' ? 4096 : 1024)) return badValue(bodyText);
  const action = objectAt(content, 'action');
  if (kind === 'cta_url') return text === '' ? missing(bodyText) : linkFault(action);
  if (kind === 'button') return buttonFault(objectsAt(action, 'buttons'));
  if (kind === 'list') return listFault(objectsAt(action, 'sections'));
  return undefined;
}

/** The page that a button opens must be one that the customer's phone can reach by its address alone. */
function linkFault(action: JsonObject): GraphError | undefined {
  if (textAt(action, 'name') !== 'cta_url') return badValue("interactive['action']['name']");
  const parameters = objectAt(action, 'parameters');
  const label = textAt(parameters, 'display_text') ?? '';
  if (label === '') return missing("interactive['action']['parameters']['display_text']");
  if (label.length > 20) return badValue("interactive['action']['parameters']['display_text']");
  const url = URL.parse(textAt(parameters, 'url') ?? '');
  return url?.protocol === 'https:' || url?.protocol === 'http:'
    ? undefined
    : badValue("interactive['action']['parameters']['url']");
}

function buttonFault(buttons: JsonObject[]): GraphError | undefined {
  const titles = buttons.map((button) => textAt(objectAt(button, 'reply'), 'title') ?? '');
  const fits = buttons.length >= 1 && buttons.length <= 3;
  return fits && titles.every((title) => title.length >= 1 && title.length <= 20)
    ? undefined
    : badValue("interactive['action']['buttons']");
}

function listFault(sections: JsonObject[]): GraphError | undefined {
  const rows = sections.flatMap((section) => objectsAt(section, 'rows'));
  const fits = rows.length >= 1 && rows.length <= 10 && sections.length <= 10;
  const titled = rows.every((row) => {
    const title = textAt(row, 'title') ?? '';
    return title.length >= 1 && title.length <= 24;
  });
  return fits && titled ? undefined : badValue("interactive['action']['sections']");
}

function hasText(object: JsonObject, key: string): boolean {
  return (textAt(object, key) ?? '') !== '';
}

function invalid(details: string): GraphError {
  return { code: 100, message: `(#100) ${details}`, details };
}

function missing(parameter: string): GraphError {
  return { code: 131008, details: `Required parameter is missing: ${parameter}` };
}

function badValue(parameter: string): GraphError {
  return { code: 131009, details: `Parameter value is not valid: ${parameter}` };
}
