import type { Route } from '../lib/http/route.ts';
import { type AgentRouteDeps, agentRoutes } from './agent-routes.ts';
import { type ApiKeyRouteDeps, apiKeyRoutes } from './api-key-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { type PromptRouteDeps, promptRoutes } from './prompt-routes.ts';
import { type UserRouteDeps, userRoutes } from './user-routes.ts';

/** Everything that the API does for accounts: users, keys, prompts, agents, and the models there are. */
export function accountRoutes(
  deps: UserRouteDeps & ApiKeyRouteDeps & PromptRouteDeps & AgentRouteDeps,
): Route[] {
  return [
    ...userRoutes(deps),
    ...apiKeyRoutes(deps),
    ...promptRoutes(deps),
    ...agentRoutes(deps),
    ...modelRoutes(deps),
  ];
}
