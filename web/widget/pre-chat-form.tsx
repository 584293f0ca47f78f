import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type FormErrors, formErrors, tidyAnswers } from './form-errors.ts';
import type { FormAnswers, FormField } from './protocol.ts';
import { RichText } from './rich-text.tsx';
import type { State } from './state.ts';
import { useLanguage } from './view-context.ts';

const kinds = {
  name: { type: 'text', autocomplete: 'name' },
  email: { type: 'email', autocomplete: 'email' },
  phone: { type: 'tel', autocomplete: 'tel' },
  company: { type: 'text', autocomplete: 'organization' },
} as const;

/** What the business wants to know before the first message; the answers go with it. */
export function PreChatForm(props: {
  state: State;
  onSubmit: (answers: FormAnswers) => void;
}): JSX.Element {
  const { words } = useLanguage();
  const form = useRef<HTMLFormElement>(null);
  const [answers, setAnswers] = useState<FormAnswers>({});
  const [errors, setErrors] = useState<FormErrors>({});
  const { settings } = props.state;
  const fields = settings?.preChat?.fields ?? [];
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const found = formErrors(fields, answers);
    setErrors(found);
    const wrong = fields.find(({ name }) => found[name] !== undefined);
    if (wrong === undefined) props.onSubmit(tidyAnswers(answers));
    else form.current?.querySelector<HTMLInputElement>(`[name=${wrong.name}]`)?.focus();
  };
  return (
    <form class="form" ref={form} noValidate onSubmit={submit}>
      {settings?.greeting != null && <RichText text={settings.greeting} />}
      <h3>{words.formTitle}</h3>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={answers[field.name] ?? ''}
          error={errors[field.name]}
          onInput={(value) => setAnswers({ ...answers, [field.name]: value })}
        />
      ))}
      {settings?.preChat?.note != null && (
        <div class="note">
          <RichText text={settings.preChat.note} />
        </div>
      )}
      <button type="submit" class="begin">
        {words.begin}
      </button>
    </form>
  );
}

function Field(props: {
  field: FormField;
  value: string;
  error: 'required' | 'badEmail' | undefined;
  onInput: (value: string) => void;
}): JSX.Element {
  const { words } = useLanguage();
  const { field, error } = props;
  const hintId = `hint-${field.name}`;
  return (
    <label class="field">
      <span>
        {words[field.name]}
        {!field.required && <small> ({words.optional})</small>}
      </span>
      <input
        {...kinds[field.name]}
        name={field.name}
        maxLength={200}
        value={props.value}
        required={field.required}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : hintId}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      {error !== undefined && (
        <small class="error" id={hintId} role="alert">
          {words[error]}
        </small>
      )}
    </label>
  );
}
