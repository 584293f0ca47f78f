import type { Dimension, Grade, LeadTag } from '../leads/dimensions.ts';
import type { DropReason } from '../leads/extraction/check-evidence.ts';
import type { ModelUsage } from '../llm/language-model.ts';
import type { LabelledLead } from './labelled-lead.ts';

export type Grades = Record<Dimension, Grade>;

/** What became of the words that a model named as evidence. */
export type QuoteCounts = {
  named: number;
  /** Letter by letter in the message that the model named. */
  literal: number;
  /** There but for case, spaces, dashes or quotation marks, which the product forgives. */
  nearlyLiteral: number;
  kept: number;
  dropped: Partial<Record<DropReason, number>>;
};

export type Contact = {
  name: string | null;
  company: string | null;
  email: string | null;
  phone: string | null;
};

/** What extraction made of a conversation, or why it made nothing of it. */
export type Outcome = { tookMs: number; usage: ModelUsage } & (
  | {
      kind: 'read';
      tag: LeadTag;
      /** After the evidence was checked, as the product shows them. */
      grades: Grades;
      /** As the model said. */
      modelGrades: Grades;
      contact: Contact;
      quotes: QuoteCounts;
    }
  | { kind: 'unread'; because: string }
);

/** A labelled conversation with what extraction made of it. */
export type EvaluatedLead = Pick<LabelledLead, 'id' | 'language' | 'label'> & { outcome: Outcome };
