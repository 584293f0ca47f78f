import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Tenant } from '../../support/arrange.ts';
import { openStage, type Stage } from '../../support/stage.ts';
import { type CutProxy, openCutProxy } from './cut-proxy.ts';
import { type HostPage, openHostPage, shopPage } from './host-page.ts';

/** An installation with a business's page on another origin, and a wire between them that can be cut. */
export type WidgetStage = {
  stage: Stage;
  wire: CutProxy;
  host: HostPage;
  tenant(webchat?: object): Promise<Tenant>;
  /** A visitor's browser on the page. */
  visit(tenant: Tenant, options?: VisitOptions): Promise<Visit>;
  close(): Promise<void>;
};

export type VisitOptions = {
  attributes?: string;
  language?: string;
  direction?: 'ltr' | 'rtl';
  style?: string;
  context?: Parameters<Browser['newContext']>[0];
};

/** One visitor's browser. */
export type Visit = {
  context: BrowserContext;
  page: Page;
  /** Part of the widget, also inside its shadow root. */
  part(selector: string): Locator;
  /** What the page complained of. */
  complaints: string[];
  open(): Promise<void>;
  say(text: string): Promise<void>;
  /** Another tab of the same visitor. */
  newTab(): Promise<Page>;
  close(): Promise<void>;
};

/** Opens it: real processes, real database, simulated model. */
export async function openWidgetStage(browser: Browser): Promise<WidgetStage> {
  const stage = await openStage();
  await stage.start('all');
  const wire = await openCutProxy(Number(new URL(stage.webhookUrl).port));
  const host = await openHostPage();
  const visits: Visit[] = [];
  return {
    stage,
    wire,
    host,
    tenant: (webchat = {}) =>
      stage.tenant({ platform: 'webchat', settings: { quietMs: 50, webchat } }),
    async visit(tenant, options = {}) {
      host.html = shopPage({
        ...options,
        script: `${wire.url}/widget.js`,
        attributes: `data-key="${tenant.accountId}" ${options.attributes ?? ''}`,
      });
      const visit = await openVisit(browser, host.url, options);
      visits.push(visit);
      return visit;
    },
    async close() {
      await Promise.all(visits.map((visit) => visit.close()));
      await host.close();
      await wire.close();
      await stage.close();
    },
  };
}

async function openVisit(browser: Browser, url: string, options: VisitOptions): Promise<Visit> {
  const context = await browser.newContext(options.context);
  const complaints: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (!line.text().includes('net::')) complaints.push(line.text());
    });
    await page.goto(url);
    return page;
  };
  const page = await open();
  const part = (selector: string): Locator => page.locator(`rapport-chat ${selector}`);
  return {
    context,
    page,
    part,
    complaints,
    async open() {
      await part('.launcher').click();
      await part('textarea').waitFor();
    },
    async say(text) {
      await part('textarea').fill(text);
      await part('textarea').press('Enter');
    },
    newTab: open,
    close: () => context.close(),
  };
}
