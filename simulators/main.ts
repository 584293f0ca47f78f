import { startSimulators } from './start.ts';

const appUrl = process.env['APP_URL'] ?? 'http://127.0.0.1:3000';
const appSecret = process.env['META_APP_SECRET'] ?? 'simulated-app-secret';

const simulators = await startSimulators({
  port: Number(process.env['PORT_SIMULATORS'] ?? 3100),
  smtpPort: Number(process.env['PORT_SIMULATED_SMTP'] ?? 3101),
  host: process.env['HOST_SIMULATORS'] ?? '127.0.0.1',
  webhookUrl: `${appUrl}/webhooks/meta`,
  appSecret,
  instagramAppSecret: process.env['INSTAGRAM_APP_SECRET'] ?? '',
});

console.log(`Simulators run at ${simulators.url}`);
console.log(`  META_GRAPH_URL=${simulators.graphUrl}`);
console.log(`  INSTAGRAM_GRAPH_URL=${simulators.instagramGraphUrl}`);
console.log(`  INSTAGRAM_OAUTH_URL=${simulators.instagramConsentUrls.instagramConsentUrl}`);
console.log(`  INSTAGRAM_API_URL=${simulators.instagramConsentUrls.instagramApiUrl}`);
console.log(`  META_OAUTH_URL=${simulators.instagramConsentUrls.facebookConsentUrl}`);
console.log(`  GOOGLE_API_URL=${simulators.googleApiUrl}`);
console.log(`  GOOGLE_TOKEN_URL=${simulators.googleTokenUrl}`);
console.log(`  GOOGLE_AUTH_URL=${simulators.googleAuthUrl}`);
console.log(`  OPENAI_BASE_URL=${simulators.openaiBaseUrl}`);
console.log(`  SMTP_URL=${simulators.smtpUrl}`);
console.log(
  `  Slack, Teams and webhooks may post to ${simulators.inboxUrl}/{slack,teams,webhook}/…`,
);
console.log(`  signed webhooks go to ${appUrl}/webhooks/meta`);
if (process.env['META_APP_SECRET'] === undefined) {
  console.log(`  META_APP_SECRET=${appSecret} (not set: the app needs this one)`);
}

const stop = () => {
  simulators.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
