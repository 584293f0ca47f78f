import { describe, expect, it } from '@jest/globals';
import { mayUseFrom } from '../../src/webchat/origins.ts';

const allowed = ['https://casaverde.example', 'http://localhost:8080'];
const from = (origin: string | undefined, fetchSite?: string) =>
  mayUseFrom({ origin, fetchSite }, allowed);

describe('mayUseFrom', () => {
  it('lets any page use a chat without a list', () => {
    expect(mayUseFrom({ origin: 'https://any.example', fetchSite: 'cross-site' }, undefined)).toBe(
      true,
    );
    expect(mayUseFrom({ origin: undefined, fetchSite: undefined }, undefined)).toBe(true);
  });

  it('lets the pages of the list use it, however they are spelt, and none for an empty one', () => {
    expect(from('https://casaverde.example')).toBe(true);
    expect(from('https://CasaVerde.example')).toBe(true);
    expect(from('http://localhost:8080')).toBe(true);
    expect(mayUseFrom({ origin: 'https://a.example', fetchSite: undefined }, [])).toBe(false);
  });

  it('refuses what only looks like them', () => {
    const others = [
      'http://casaverde.example',
      'https://casaverde.example:8443',
      'https://www.casaverde.example',
      'https://casaverde.example.evil.example',
      'https://evil.example/https://casaverde.example',
      'http://localhost',
      'null',
      '',
    ];

    expect(others.filter((origin) => from(origin))).toEqual([]);
    expect(from(undefined)).toBe(false);
    expect(from(undefined, 'cross-site')).toBe(false);
  });

  it('lets pages of our own host use it, whose requests may name no origin', () => {
    expect(from(undefined, 'same-origin')).toBe(true);
    expect(from('https://rapport.example', 'same-origin')).toBe(true);
  });
});
