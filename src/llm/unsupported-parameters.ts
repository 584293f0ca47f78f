import { type ModelError, ModelRefusedRequest } from './model-errors.ts';

/** What a request does without where a model knows nothing of it. */
export type OptionalParameter = 'include' | 'temperature';

const unsupportedCodes = new Set([undefined, 'unsupported_parameter', 'unsupported_value']);

/**
 * The parameter for which a model refused the whole request. Models without reasoning refuse `include` (seen of
 * gpt-4.1 and gpt-4o), those with it refuse `temperature` (seen of gpt-5.2): 400 with `param`, and `code` null.
 * A temperature out of range has a code of its own and stays a refusal.
 */
export function unsupportedParameter(error: ModelError): OptionalParameter | undefined {
  if (!(error instanceof ModelRefusedRequest)) {
    return undefined;
  }
  const { parameter, providerCode } = error;
  if (parameter === 'temperature' && unsupportedCodes.has(providerCode)) {
    return parameter;
  }
  return parameter === 'include' ? parameter : undefined;
}
