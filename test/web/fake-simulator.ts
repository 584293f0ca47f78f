import express, { type Express } from 'express';
import type { FakeRapport } from './fake-rapport.ts';

/** The simulator's control API, as far as the start page calls it. */
export function simulatorApp(fake: () => FakeRapport): Express {
  const app = express();
  app.use((_req, res, next) => {
    res.set({ 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' });
    next();
  });
  app.options('/{*path}', (_req, res) => {
    res.sendStatus(204);
  });
  app.post('/_simulator/whatsapp/messages', express.json({ limit: '5mb' }), (req, res) => {
    fake().written.push(req.body);
    res.json({ id: 'wamid.1', webhookStatus: 200 });
  });
  app.post('/_simulator/instagram/messages', express.json({ limit: '5mb' }), (req, res) => {
    fake().instagramEvents.push(req.body);
    res.json({ id: 'mid.1', webhookStatus: 200 });
  });
  app.get(['/_simulator/whatsapp/events', '/_simulator/instagram/events'], (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(': open\n\n');
  });
  app.get('/_simulator/mail', (req, res) => {
    const after = String(req.query['after'] ?? 0);
    fake().mailsAskedAfter.push(after);
    res.json({ data: fake().mails.filter(({ sequence }) => sequence > Number(after)) });
  });
  app.get('/_simulator/google/events', (_req, res) => {
    res.json({ data: fake().googleEvents });
  });
  app.get('/_simulator/google/requests', (_req, res) => {
    res.json({ data: [] });
  });
  app.post('/_simulator/google/acts', express.json(), (req, res) => {
    fake().googleActs.push(req.body);
    res.json({});
  });
  app.get('/_simulator/openai/requests', (_req, res) => {
    res.json({ data: [{ sequence: 1, path: '/v1/responses', status: 200 }] });
  });
  return app;
}
