import { readTimeline } from '../../src/analytics/lead-timeline.ts';
import {
  type LeadFilter,
  type LeadKeys,
  type LeadSort,
  listLeads,
} from '../../src/leads/list-leads.ts';
import type { Db } from '../../src/lib/db.ts';
import type { StoredLeads } from '../setup/stored-leads.ts';

/** One question, asked again and again: the path for the n-th time, and the same as functions, for its plan. */
export type Question = {
  name: string;
  of: 'large' | 'small';
  path: (n: number) => string;
  plan?: (tx: Db, userId: string) => Promise<unknown>;
};

/** Which leads a page may begin at. */
export type Deep = { keys: LeadKeys; cursor: string }[];

/** What a sales team asks of its leads, from the first page to what is not there. */
export function leadQuestions(stored: StoredLeads, deep: Deep): Question[] {
  const { words, rareAgentId } = stored;
  const list = (query: string): string => `/leads?${query}`;
  const filters: [string, string, LeadFilter, LeadSort?][] = [
    ['list, by score', '', {}],
    ['list, by time', 'sort=recent', {}, 'recent'],
    ['list, tag', 'tag=Hot', { tag: 'Hot' }],
    ['list, tag, by time', 'tag=Cold&sort=recent', { tag: 'Cold' }, 'recent'],
    ['list, channel of 1 in 100', 'channel=instagram', { channel: 'instagram' }],
    ['list, channel without leads', 'channel=voice', { channel: 'voice' }],
    ['list, agent of 1 in 100', `agentId=${rareAgentId}`, { agentId: rareAgentId }],
    [
      'list, one day, by score',
      'from=2026-10-10&to=2026-10-11',
      { from: new Date('2026-10-10'), to: new Date('2026-10-11') },
    ],
    ['list, unread', 'isRead=false', { isRead: false }],
    ['list, unread, by time', 'isRead=false&sort=recent', { isRead: false }, 'recent'],
    [
      'list, all filters',
      'tag=Hot&channel=whatsapp&isRead=false&from=2026-09-01&to=2026-11-01',
      {
        tag: 'Hot',
        channel: 'whatsapp',
        isRead: false,
        from: new Date('2026-09-01'),
        to: new Date('2026-11-01'),
      },
    ],
    ['search, in all', `q=${words.common}`, { q: words.common }],
    ['search, in 1 of 20', `q=${words.one_in_20}`, { q: words.one_in_20 }],
    ['search, in 1 of 100', `q=${words.one_in_100}`, { q: words.one_in_100 }],
    ['search, rare', `q=${words.rare}`, { q: words.rare }],
    ['search, in none', 'q=quetzalcoatl', { q: 'quetzalcoatl' }],
    ['search, phone number', `q=%2B49%20151%200000%2070`, { q: '+49 151 0000 70' }],
    ['search, a name', 'q=kasonu', { q: 'kasonu' }],
    ['search, two letters', 'q=jo', { q: 'jo' }],
    ['search, two letters in none', 'q=zx', { q: 'zx' }],
    ['search, in all, by time', `q=${words.common}&sort=recent`, { q: words.common }, 'recent'],
    [
      'search, in 1 of 100, tag',
      `q=${words.one_in_100}&tag=Hot`,
      { q: words.one_in_100, tag: 'Hot' },
    ],
  ];
  return [
    ...filters.map(
      ([name, query, filter, sort = 'score' as const]): Question => ({
        name,
        of: 'large',
        path: () => list(query),
        plan: (tx, userId) => listLeads(tx, { userId, sort, limit: 51, before: undefined, filter }),
      }),
    ),
    ...(['score', 'recent'] as const).map(
      (sort): Question => ({
        name: `list, deep page, by ${sort === 'score' ? 'score' : 'time'}`,
        of: 'large',
        path: (n) => list(`sort=${sort}&cursor=${deep[n % deep.length]?.cursor}`),
        plan: (tx, userId) =>
          listLeads(tx, { userId, sort, limit: 51, before: deep[0]?.keys, filter: {} }),
      }),
    ),
    { name: 'list, small tenant', of: 'small', path: () => list('') },
    { name: 'search, in all, small tenant', of: 'small', path: () => list(`q=${words.common}`) },
    timeline('timeline of 60 messages', stored.long, 'oldest'),
    timeline('timeline of 60 messages, newest first', stored.long, 'newest'),
    timeline('timeline of 1,000 messages', stored.longest, 'oldest'),
    {
      name: 'one lead with its cost',
      of: 'large',
      path: (n) => `/leads/${stored.long[n % stored.long.length]}`,
    },
  ];
}

function timeline(name: string, ids: string[], order: 'oldest' | 'newest'): Question {
  return {
    name,
    of: 'large',
    path: (n) => `/leads/${ids[n % ids.length]}/timeline?limit=50&order=${order}`,
    plan: (tx, userId) =>
      readTimeline(tx, {
        userId,
        conversationId: ids[0] ?? '',
        order,
        limit: 51,
        after: undefined,
      }),
  };
}
