import { describe, expect, it } from '@jest/globals';
import { offerLink } from '../../src/agent/offer-link.ts';
import { toolboxes } from '../../src/agent/toolboxes.ts';
import { handOverToHuman, runTool, toolbox } from '../../src/agent/tools.ts';

const context = { userId: 'usr_1', conversationId: 'cnv_1', contactId: 'con_1' };
const links = { pricing: 'https://example.com/prices', demo: 'https://example.com/demo' };
const toolboxFor = toolboxes({ everybodys: [handOverToHuman], bookings: [], wishes: [] });

const run = (given: unknown, labels = {}) =>
  runTool([offerLink(['pricing', 'demo'], labels)], context, {
    name: 'offer_link',
    arguments: JSON.stringify(given),
  });

describe('offer_link', () => {
  it('asks for the button of a purpose, with the words of the model', async () => {
    expect(await run({ purpose: 'pricing', label: 'Ver preços' })).toEqual({
      output: expect.stringContaining('below your next message'),
      links: [{ purpose: 'pricing', label: 'Ver preços' }],
      did: ['offered_link'],
    });
  });

  it.each([
    [null, 'See prices'],
    ['', 'See prices'],
    [' \n ', 'See prices'],
    ['Ver\n\n  preços ', 'Ver preços'],
  ])('takes the label %j as %j', async (label, shown) => {
    expect(await run({ purpose: 'pricing', label })).toMatchObject({ links: [{ label: shown }] });
  });

  it('cuts a label that would never end', async () => {
    const { links: [link] = [] } = await run({ purpose: 'demo', label: '😀'.repeat(10_000) });

    expect(link?.label.length).toBeLessThanOrEqual(120);
    expect(link?.label.isWellFormed()).toBe(true);
  });

  it("prefers the business's own words", async () => {
    expect(
      await run({ purpose: 'pricing', label: 'Cheap!' }, { pricing: 'Our prices' }),
    ).toMatchObject({ links: [{ label: 'Our prices' }] });
  });

  it.each([
    [{ purpose: 'website', label: null }],
    [{ purpose: 'https://evil.example', label: null }],
    [{ purpose: '__proto__', label: null }],
    [{ purpose: ['pricing'], label: null }],
    [{ purpose: 'pricing', label: { toString: 'x' } }],
    [{ label: null }],
    [null],
  ])('offers nothing for %j, and says so', async (given) => {
    expect(await run(given)).toEqual({ output: expect.stringContaining('do not fit') });
  });

  it('reads nothing but the purpose and the label', async () => {
    expect(
      await run({ purpose: 'demo', label: null, url: 'https://evil.example', userId: 'usr_2' }),
    ).toMatchObject({ links: [{ purpose: 'demo', label: 'Book a demo' }] });
  });
});

describe('toolboxes', () => {
  // Seen failing with offer_link in every toolbox.
  it('gives an agent without pages the same tools as if there were no links at all', () => {
    const before = toolbox([handOverToHuman]);

    for (const settings of [{}, { links: {} }, { linkLabels: { demo: 'See it' } }]) {
      expect(JSON.stringify(toolboxFor(settings, 'none').offered)).toBe(
        JSON.stringify(before.offered),
      );
    }
    expect(toolboxFor({}, 'none')).toBe(toolboxFor({ links: {} }, 'none'));
  });

  it('offers the purposes that have a page, and those only, by a strict schema', () => {
    const [, offered] = toolboxFor({ links }, 'none').offered;

    expect(offered).toMatchObject({
      name: 'offer_link',
      parameters: {
        type: 'object',
        properties: { purpose: { type: 'string', enum: ['pricing', 'demo'] } },
        required: ['purpose', 'label'],
        additionalProperties: false,
      },
    });
    expect(offered?.description).toContain('pricing');
    expect(offered?.description).not.toContain('sample');
    expect(JSON.stringify(offered)).not.toContain('example.com');
  });

  it('makes the tools of like agents once', () => {
    const other = { pricing: 'https://other.example', demo: 'https://other.example/demo' };

    expect(toolboxFor({ links }, 'none')).toBe(toolboxFor({ links: other }, 'none'));
    expect(toolboxFor({ links }, 'none')).not.toBe(
      toolboxFor({ links: { demo: links.demo } }, 'none'),
    );
    expect(toolboxFor({ links }, 'none')).not.toBe(
      toolboxFor({ links, linkLabels: { demo: 'See it' } }, 'none'),
    );
  });
});
