import { stringify } from 'csv-stringify/sync';
import type { Lead } from './lead.ts';

/** A byte order mark: without it Excel reads the file as Latin-1. */
const byteOrderMark = '\ufeff';

/**
 * Pages of leads as CSV (RFC 4180), with a header, for a spreadsheet. What a customer wrote never becomes a formula:
 * such a value gets an apostrophe in front. A phone number stays as it is: +49151… counts to nothing.
 */
export async function* leadsAsCsv(pages: AsyncIterable<Lead[]>): AsyncGenerator<string> {
  yield byteOrderMark + stringify([columns.map(({ title }) => title)], style);
  for await (const leads of pages) {
    yield stringify(
      leads.map((lead) => columns.map(({ cell }) => harmless(cell(lead)))),
      style,
    );
  }
}

/** The library quotes its own line end only, and spreadsheets take any. */
const style = { record_delimiter: 'windows', quoted_match: /[\r\n]/ } as const;

type Value = string | number | null;

const columns: { title: string; cell: (lead: Lead) => Value }[] = [
  { title: 'Tag', cell: (lead) => lead.leadStatusTag },
  { title: 'Score (5-15)', cell: (lead) => lead.totalScore },
  { title: 'Score (%)', cell: (lead) => lead.scorePercent },
  { title: 'Name', cell: (lead) => lead.name },
  { title: 'Company', cell: (lead) => lead.company },
  { title: 'E-mail', cell: (lead) => lead.email },
  { title: 'Phone', cell: (lead) => lead.phone },
  { title: 'Wants', cell: (lead) => lead.intent },
  { title: 'Intent', cell: (lead) => lead.intentLevel },
  { title: 'Urgency', cell: (lead) => lead.urgencyLevel },
  { title: 'Budget in the way', cell: (lead) => lead.budgetConstraint },
  { title: 'Fit', cell: (lead) => lead.fitAlignment },
  { title: 'Engagement', cell: (lead) => lead.engagementHealth },
  { title: 'Pricing clicked', cell: (lead) => lead.ctaPricingClicked },
  { title: 'Demo clicked', cell: (lead) => lead.ctaDemoClicked },
  { title: 'Follow-up clicked', cell: (lead) => lead.ctaFollowupClicked },
  { title: 'Sample clicked', cell: (lead) => lead.ctaSampleClicked },
  { title: 'Website clicked', cell: (lead) => lead.ctaWebsiteClicked },
  { title: 'Handed to a person', cell: (lead) => lead.ctaEscalatedToHuman },
  { title: 'Demo at', cell: (lead) => lead.demoBookDatetime },
  { title: 'Why now', cell: (lead) => lead.brief.whyNow.map(({ quote }) => quote).join('\n') },
  {
    title: 'Promised',
    cell: (lead) => lead.brief.promised.map(({ text }) => text).join('\n'),
  },
  { title: 'Notes', cell: (lead) => lead.notes },
  { title: 'Channel', cell: (lead) => lead.platform },
  { title: 'Address on the channel', cell: (lead) => lead.customerPhone },
  { title: 'Agent', cell: (lead) => lead.agentName },
  { title: 'Handled by', cell: (lead) => lead.handledBy },
  { title: 'Last message at', cell: (lead) => lead.lastMessageAt },
  { title: 'Reply window ends at', cell: (lead) => lead.replyWindowEndsAt },
  { title: 'Read as a lead at', cell: (lead) => lead.extractedAt },
  { title: 'Seen', cell: (lead) => (lead.isRead ? 'Yes' : 'No') },
  { title: 'Set by hand', cell: (lead) => Object.keys(lead.setByHand).join(', ') },
  { title: 'Conversation', cell: (lead) => lead.conversationId },
];

const startsFormula = /^[\s\0]*[=+\-@|\t\r\uff1d\uff0b\uff0d\uff20]/u;
const plainPhone = /^\+\d{5,20}$/;

function harmless(value: Value): Value {
  if (typeof value !== 'string' || plainPhone.test(value)) return value;
  return startsFormula.test(value) ? `'${value}` : value;
}
