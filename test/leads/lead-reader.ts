import { z } from 'zod';
import {
  type ClaimedExtraction,
  claimExtractions,
} from '../../src/leads/extraction/claim-extractions.ts';
import type { Reading } from '../../src/leads/extraction/reading.ts';
import { type ExtractionEnd, runExtraction } from '../../src/leads/extraction/run-extraction.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { ModelAnswer, ModelRequest } from '../../src/llm/language-model.ts';
import type { Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import type { TestDatabase } from '../support/test-database.ts';

const Document = z.object({
  last: z
    .object({ dimensions: z.record(z.string(), z.unknown()) })
    .loose()
    .nullable(),
  messages: z.array(z.object({ id: z.string(), from: z.string(), text: z.string() })),
});

/** What the model says: a reading, text that is none, a failure, or what comes out of what happens meanwhile. */
export type Said = Reading | string | Error | (() => Promise<Reading | string>);

/** Reads one conversation as a worker does, with a model that says what it is told to. */
export type LeadReader = {
  claim(): Promise<ClaimedExtraction[]>;
  run(claimed: ClaimedExtraction | undefined, said: Said): Promise<ExtractionEnd>;
  /** Claims and runs; undefined when there is nothing to claim. */
  read(said: Said): Promise<ExtractionEnd | undefined>;
  requests: ModelRequest[];
  documents: z.infer<typeof Document>[];
};

/** A reader for a conversation of a tenant. */
export function leadReader(
  database: TestDatabase,
  tenant: Tenant,
  conversationId: string,
): LeadReader {
  const app = database.pool('rapport_app');
  const requests: ModelRequest[] = [];
  const documents: z.infer<typeof Document>[] = [];
  const claim = () =>
    claimExtractions(app, [{ userId: tenant.userId, conversationId, leaseId: newId('wrk') }], {
      idleMs: 0,
      leaseMs: 60_000,
    });
  const run = (claimed: ClaimedExtraction | undefined, said: Said) => {
    if (claimed === undefined) throw new Error('nothing was claimed');
    const respond = async (request: ModelRequest): Promise<ModelAnswer> => {
      requests.push(request);
      const [message] = request.messages;
      if (message?.role === 'customer') documents.push(Document.parse(JSON.parse(message.text)));
      return answerOf(typeof said === 'function' ? await said() : said, request.model);
    };
    const deps = {
      app,
      newId,
      model: { respond },
      random: () => 0,
      now: () => new Date(),
      defaultModel: 'test-model',
      idleMs: 0,
      publishLook: () => {},
      log: silentLog,
    };
    return runExtraction(deps, claimed, new AbortController().signal);
  };
  return {
    requests,
    documents,
    claim,
    run,
    read: async (said) => {
      const [claimed] = await claim();
      return claimed === undefined ? undefined : run(claimed, said);
    },
  };
}

function answerOf(said: Reading | string | Error, model: string): ModelAnswer {
  if (said instanceof Error) throw said;
  return {
    responseId: 'resp_1',
    model,
    usage: { inputTokens: 100, cachedInputTokens: 0, outputTokens: 50 },
    kind: 'text',
    text: typeof said === 'string' ? said : JSON.stringify(said),
  };
}

/** A conversation in which a customer has said this, due to be read. */
export async function arrangeTalk(owner: Pool, tenant: Tenant, texts: string[]): Promise<string> {
  const conversationId = await arrangeConversation(owner, tenant);
  for (const text of texts) await says(owner, tenant, conversationId, text);
  return conversationId;
}

/** The customer says one thing more, and the conversation is due to be read. */
export async function says(
  owner: Pool,
  tenant: Tenant,
  conversationId: string,
  text: string,
): Promise<void> {
  await owner.query(
    `with said as (
       update conversations
          set last_sequence_no = last_sequence_no + 1, owed_through = last_sequence_no + 1,
              extraction_due_at = now()
        where conversation_id = $3 returning last_sequence_no
     )
     insert into messages
       (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status)
     select $1, $2, $3, last_sequence_no, 'user', 'customer', 'text', $4, 'sent' from said`,
    [newId('msg'), tenant.userId, conversationId, text],
  );
}

/** All rows of a lead, the oldest first. */
export async function leadRows(
  owner: Pool,
  conversationId: string,
): Promise<Record<string, unknown>[]> {
  const { rows } = await owner.query(
    'select * from extractions where conversation_id = $1 order by extracted_at, extraction_id',
    [conversationId],
  );
  return rows;
}
