// An issuer as Norway has them, made of the certified oidc-provider: signs people in by the code
// flow with PKCE, or machines by a signed grant, and gives JWT access tokens.
//
//   node issuer.mjs KIND PORT    KIND: idporten, ansattporten, maskinporten; from build/peers
//
// First line on stdout: {"issuer","key"}, the private key too, so that a test can sign what the
// issuer never would. GET /hits tells how often its keys were asked for.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

// The packages lie below the folder that this is started in.
const load = (name) => {
  const from = createRequire(path.join(process.cwd(), 'package.json'));
  return import(pathToFileURL(from.resolve(name)).href);
};
const { default: Provider } = await load('oidc-provider');
const jose = await load('jose');

const [kind, port] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}${kind === 'maskinporten' ? '/' : ''}`;
const audience = kind === 'maskinporten' ? 'unspecified' : 'https://stafett.example/9901';
const scope = 'stafett:logg';
const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const lifetime = 120;

const { privateKey } = await jose.generateKeyPair('RS256', { extractable: true });
const key = await jose.exportJWK(privateKey);
Object.assign(key, { use: 'sig', alg: 'RS256', kid: await jose.calculateJwkThumbprint(key) });

// A machine's own key, which it registered with the issuer.
const machine = await jose.generateKeyPair('RS256', { extractable: true });
const machineKey = { ...(await jose.exportJWK(machine.privateKey)), alg: 'RS256', kid: 'machine' };

// Whoever logs in as "NUMBER" or "NUMBER/LEVEL" is that person, identified that well.
const highest = kind === 'ansattporten' ? 'high' : 'idporten-loa-high';
const claimsOf = (token) => {
  if (kind === 'maskinporten') return token.extra;
  const [pid, acr = highest] = token.accountId.split('/');
  return { pid, acr };
};

const provider = new Provider(issuer, {
  jwks: { keys: [key] },
  clients: [
    {
      client_id: 'web',
      redirect_uris: ['https://stafett.example/callback'],
      token_endpoint_auth_method: 'none',
    },
    {
      client_id: 'machine',
      redirect_uris: [],
      response_types: [],
      grant_types: [jwtGrant],
      token_endpoint_auth_method: 'none',
    },
  ],
  pkce: { methods: ['S256'], required: () => true },
  scopes: ['openid', scope],
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope, audience, accessTokenFormat: 'jwt', accessTokenTTL: lifetime,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  extraTokenClaims: (_, token) => claimsOf(token),
  cookies: { keys: ['for tests only'] },
});

provider.registerGrantType(jwtGrant, async (ctx) => {
  const { payload } = await jose.jwtVerify(ctx.oidc.params.assertion,
    await jose.importJWK(machineKey, 'RS256'), { audience: issuer, maxTokenAge: 120 });
  const token = new provider.ClientCredentials({ client: ctx.oidc.client, scope: payload.scope });
  token.resourceServer = new provider.ResourceServer(audience, {
    scope, audience, accessTokenFormat: 'jwt', accessTokenTTL: lifetime,
    jwt: { sign: { alg: 'RS256' } },
  });
  token.extra = { consumer: { authority: 'iso6523-actorid-upis', ID: payload.consumer_org } };
  if (payload.pid) token.extra.pid = payload.pid;
  ctx.body = { access_token: await token.save(), token_type: 'Bearer', expires_in: lifetime };
}, ['assertion']);

let hits = 0;
provider.use(async (ctx, next) => {
  if (ctx.path === '/hits') {
    ctx.body = String(hits);
    return;
  }
  if (ctx.path === '/.well-known/oauth-authorization-server')
    ctx.path = '/.well-known/openid-configuration';
  if (ctx.path === '/jwks') hits += 1;
  await next();
});
provider.listen(Number(port), '127.0.0.1', () => {
  console.log(JSON.stringify({ issuer, key, machineKey }));
});
