import { isObject, type JsonObject, listAt, objectAt, objectsAt, textAt } from '../lib/json.ts';
import { badRequest, type ModelError } from './errors.ts';
import { strictFault } from './strict-schema.ts';
import { inputItems } from './turn.ts';

/** Finds what the API would refuse in a request for a response; undefined when nothing is wrong. */
export function validateRequest(body: JsonObject): ModelError | undefined {
  const model = textAt(body, 'model');
  if (!model) return missing('model');
  if (model.startsWith('missing-')) {
    const message = `The requested model '${model}' does not exist.`;
    return { status: 404, code: 'model_not_found', message, param: 'model' };
  }
  if (textAt(body, 'input') === undefined && listAt(body, 'input').length === 0) {
    return missing('input');
  }
  if (textAt(body, 'previous_response_id') !== undefined) {
    const message = 'Previous response not found.';
    return badRequest(message, 'previous_response_id', 'previous_response_not_found');
  }
  const limit = body['max_output_tokens'];
  if (typeof limit === 'number' && limit < 16) {
    const message = `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${limit} instead.`;
    return badRequest(message, 'max_output_tokens', 'integer_below_min_value');
  }
  const items = inputItems(body);
  return toolFault(body) ?? formatFault(body) ?? contentFault(items) ?? callFault(items);
}

function missing(param: string): ModelError {
  return badRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
}

function toolFault(body: JsonObject): ModelError | undefined {
  for (const [index, tool] of objectsAt(body, 'tools').entries()) {
    if (tool['type'] !== 'function') continue;
    const name = textAt(tool, 'name');
    if (!name) return missing(`tools[${index}].name`);
    if (tool['strict'] !== true) continue;
    const fault = strictFault(objectAt(tool, 'parameters'));
    if (fault === undefined) continue;
    const message = `Invalid schema for function '${name}': ${fault}`;
    return badRequest(message, `tools[${index}].parameters`, 'invalid_function_parameters');
  }
  return undefined;
}

/** A schema that is not strict all the way down is refused before anything is read. */
function formatFault(body: JsonObject): ModelError | undefined {
  const format = objectAt(objectAt(body, 'text'), 'format');
  if (format['type'] !== 'json_schema') return undefined;
  const name = textAt(format, 'name');
  if (!name) return missing('text.format.name');
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    const message =
      "Invalid 'text.format.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.";
    return badRequest(message, 'text.format.name', 'invalid_value');
  }
  if (!isObject(format['schema'])) return missing('text.format.schema');
  const fault = format['strict'] === true ? strictFault(format['schema']) : undefined;
  if (fault === undefined) return undefined;
  const message = `Invalid schema for response_format '${name}': ${fault}`;
  return badRequest(message, 'text.format.schema', 'invalid_json_schema');
}

const partTypes: Record<string, string[]> = {
  user: ['input_text', 'input_image', 'input_file'],
  system: ['input_text', 'input_image', 'input_file'],
  developer: ['input_text', 'input_image', 'input_file'],
  assistant: ['output_text', 'refusal'],
};

function contentFault(items: JsonObject[]): ModelError | undefined {
  for (const [index, item] of items.entries()) {
    const role = textAt(item, 'role');
    if (role === undefined) continue;
    const allowed = partTypes[role];
    if (allowed === undefined) return badRequest(`Invalid value: '${role}'.`, `input[${index}]`);
    const param = `input[${index}].content`;
    const content = item['content'];
    if (typeof content !== 'string' && !Array.isArray(content)) return missing(param);
    for (const part of objectsAt(item, 'content')) {
      const fault = partFault(part, allowed, param);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

function partFault(part: JsonObject, allowed: string[], param: string): ModelError | undefined {
  const type = textAt(part, 'type') ?? '';
  if (!allowed.includes(type)) {
    const message = `Invalid value: '${type}'. Supported values are: ${allowed.map((one) => `'${one}'`).join(', ')}.`;
    return badRequest(message, param, 'invalid_value');
  }
  const imageUrl = textAt(part, 'image_url');
  if (type !== 'input_image' || imageUrl === undefined) return undefined;
  if (/^(https?:\/\/|data:image\/(png|jpe?g|gif|webp);base64,)/.test(imageUrl)) return undefined;
  return badRequest("Invalid 'image_url'. Expected a valid URL.", param, 'invalid_value');
}

/** Every call needs its result, every result its call. */
function callFault(items: JsonObject[]): ModelError | undefined {
  const calls = new Set(idsOf(items, 'function_call'));
  const results = new Set(idsOf(items, 'function_call_output'));
  for (const id of calls) {
    if (!results.has(id))
      return badRequest(`No tool output found for function call ${id}.`, 'input');
  }
  for (const id of results) {
    if (!calls.has(id)) {
      const message = `No tool call found for function call output with call_id ${id}.`;
      return badRequest(message, 'input');
    }
  }
  return undefined;
}

function idsOf(items: JsonObject[], type: string): string[] {
  return items
    .filter(isObject)
    .filter((item) => item['type'] === type)
    .map((item) => textAt(item, 'call_id') ?? '');
}
