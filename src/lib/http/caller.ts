import type { Request } from 'express';
import { InvalidRequest, NotAllowed } from './http-errors.ts';

/** Who asks. A tenant has its `userId`; an admin has one only when acting for a tenant. */
export type Caller = { isAdmin: boolean; userId: string | undefined };

/** Tells who asks by the key; `actFor` is the tenant that an admin names. Throws NotSignedIn, NotAllowed or NotFound. */
export type Authenticate = (given: {
  authorization: string | undefined;
  actFor: string | undefined;
}) => Promise<Caller>;

/** Who may use a route: a tenant (or an admin for one), an admin, or either of them. */
export type Audience = 'tenant' | 'admin' | 'either';

/** Tells who asks, and refuses whoever a route is not for. */
export async function callerOf(
  authenticate: Authenticate,
  req: Request,
  audience: Audience,
): Promise<Caller> {
  const caller = await authenticate({
    authorization: req.get('authorization'),
    actFor: audience === 'tenant' ? tenantNamedIn(req) : undefined,
  });
  if (audience === 'admin' && !caller.isAdmin) throw new NotAllowed('Only an admin may do this.');
  return caller;
}

/** The tenant that a request acts for: that of its key, or the one an admin names with ?userId=. */
export async function tenantOf(authenticate: Authenticate, req: Request): Promise<string> {
  return tenantOfCaller(await callerOf(authenticate, req, 'tenant'));
}

/** The tenant a caller acts for. Throws InvalidRequest for an admin who named none. */
export function tenantOfCaller(caller: Caller): string {
  if (caller.userId !== undefined) return caller.userId;
  throw new InvalidRequest([
    { in: 'query', field: 'userId', message: 'an admin names the tenant to act for with ?userId=' },
  ]);
}

function tenantNamedIn(req: Request): string | undefined {
  const { userId } = req.query;
  if (userId === undefined || typeof userId === 'string') return userId;
  throw new InvalidRequest([{ in: 'query', field: 'userId', message: 'must be given once' }]);
}
