import type { FormAnswers, FormField } from './protocol.ts';

/** What is wrong with each field. */
export type FormErrors = Partial<Record<FormField['name'], 'required' | 'badEmail'>>;

/** What must be mended before the form can go. */
export function formErrors(fields: FormField[], answers: FormAnswers): FormErrors {
  const errors: FormErrors = {};
  for (const { name, required } of fields) {
    const answer = answers[name]?.trim() ?? '';
    if (answer === '' && required) errors[name] = 'required';
    else if (answer !== '' && name === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(answer)) {
      errors[name] = 'badEmail';
    }
  }
  return errors;
}

/** The answers as they are sent: without spaces around, and without those that are empty. */
export function tidyAnswers(answers: FormAnswers): FormAnswers {
  const tidy: FormAnswers = {};
  for (const name of ['name', 'email', 'phone', 'company'] as const) {
    const answer = answers[name]?.trim() ?? '';
    if (answer !== '') tidy[name] = answer;
  }
  return tidy;
}
