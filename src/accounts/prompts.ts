import { z } from 'zod';
import { type Db, maybeRow, oneRow, rows } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import type { NewId } from '../lib/ids.ts';

/** One version of a prompt; a version never changes. */
export const Prompt = z.object({
  promptId: z.string(),
  version: z.number().int(),
  instructions: z.string(),
  model: z.string(),
  temperature: z.number().nullable(),
  maxOutputTokens: z.number().int().nullable(),
  createdAt: Timestamp,
});
export type Prompt = z.infer<typeof Prompt>;

/** What a new version says. */
export type PromptText = {
  instructions: string;
  model: string;
  temperature?: number | null | undefined;
  maxOutputTokens?: number | null | undefined;
};

const versionColumns = `v.prompt_id as "promptId", v.version, v.instructions, v.model,
  v.temperature, v.max_output_tokens as "maxOutputTokens", v.created_at as "createdAt"`;

/** Makes a prompt with its version 1. */
export async function createPrompt(
  tx: Db,
  given: { newId: NewId; userId: string; text: PromptText },
): Promise<Prompt> {
  const promptId = given.newId('prm');
  await tx.query('insert into prompts (prompt_id, user_id) values ($1, $2)', [
    promptId,
    given.userId,
  ]);
  return await insertVersion(tx, { ...given, promptId, version: 1 });
}

/** Adds the next version, which agents use from their next reply on. Throws NotFound. */
export async function addPromptVersion(
  tx: Db,
  given: { userId: string; promptId: string; text: PromptText },
): Promise<Prompt> {
  // The update locks the prompt: two versions made at once get two numbers.
  const prompt = await maybeRow(
    tx,
    z.object({ version: z.number() }),
    `update prompts set latest_version = latest_version + 1
      where user_id = $1 and prompt_id = $2
      returning latest_version as version`,
    [given.userId, given.promptId],
  );
  if (prompt === undefined) throw new NotFound('prompt');
  return await insertVersion(tx, { ...given, version: prompt.version });
}

function insertVersion(
  tx: Db,
  given: { userId: string; promptId: string; version: number; text: PromptText },
): Promise<Prompt> {
  const { instructions, model, temperature, maxOutputTokens } = given.text;
  return oneRow(
    tx,
    Prompt,
    `insert into prompt_versions as v
       (prompt_id, version, user_id, instructions, model, temperature, max_output_tokens)
     values ($1, $2, $3, $4, $5, $6, $7)
     returning ${versionColumns}`,
    [
      given.promptId,
      given.version,
      given.userId,
      instructions,
      model,
      temperature ?? null,
      maxOutputTokens ?? null,
    ],
  );
}

/** Each prompt in its latest version, newest prompt first. */
export function listPrompts(
  tx: Db,
  userId: string,
  page: { limit: number; before?: string | undefined },
): Promise<Prompt[]> {
  return rows(
    tx,
    Prompt,
    `select ${versionColumns}
       from prompts p
       join prompt_versions v on v.prompt_id = p.prompt_id and v.version = p.latest_version
      where p.user_id = $1 and v.user_id = $1 and ($2::text is null or p.prompt_id < $2)
      order by p.prompt_id desc
      limit $3`,
    [userId, page.before ?? null, page.limit],
  );
}

/** One version, the latest when none is named. Throws NotFound. */
export async function getPrompt(
  tx: Db,
  wanted: { userId: string; promptId: string; version?: number },
): Promise<Prompt> {
  const prompt = await maybeRow(
    tx,
    Prompt,
    `select ${versionColumns}
       from prompts p
       join prompt_versions v on v.prompt_id = p.prompt_id
        and v.version = coalesce($3, p.latest_version)
      where p.user_id = $1 and v.user_id = $1 and p.prompt_id = $2`,
    [wanted.userId, wanted.promptId, wanted.version ?? null],
  );
  if (prompt === undefined) {
    throw new NotFound(wanted.version === undefined ? 'prompt' : 'prompt_version');
  }
  return prompt;
}

/** All versions of a prompt, newest first. */
export function listPromptVersions(
  tx: Db,
  wanted: { userId: string; promptId: string; limit: number; before?: number | undefined },
): Promise<Prompt[]> {
  return rows(
    tx,
    Prompt,
    `select ${versionColumns}
       from prompt_versions v
      where v.user_id = $1 and v.prompt_id = $2 and ($3::integer is null or v.version < $3)
      order by v.version desc
      limit $4`,
    [wanted.userId, wanted.promptId, wanted.before ?? null, wanted.limit],
  );
}
