// An issuer as Norway has them, made of the certified oidc-provider: signs people in by the code
// flow with PKCE, or machines by a signed grant, and gives JWT access tokens.
//
//   node issuer.mjs KIND PORT [CALLBACK]
//
// KIND: idporten, ansattporten, maskinporten; from build/peers. CALLBACK: where the clients
// "with-secret" and "with-key" have their browsers sent back to.
//
// First line on stdout: {"issuer","key",...}, the private key too, so that a test can sign what the
// issuer never would. GET /hits tells how often its keys were asked for.

import { createHash } from 'node:crypto';
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

const [kind, port, callback] = process.argv.slice(2);
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

// The key and the secret of programs that sign people in.
const client = await jose.generateKeyPair('RS256', { extractable: true });
const clientKey = { ...(await jose.exportJWK(client.privateKey)), alg: 'RS256', kid: 'client' };
const { kty, n, e, alg, kid } = clientKey;
const clientSecret = 'a secret: of +%/ this test';
const signsIn = {
  redirect_uris: [callback],
  grant_types: ['authorization_code'],
  response_types: ['code'],
};

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
    ...(callback ? [
      {
        ...signsIn,
        client_id: 'with-secret',
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_basic',
      },
      {
        ...signsIn,
        client_id: 'with-key',
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'RS256',
        jwks: { keys: [{ kty, n, e, alg, kid, use: 'sig' }] },
      },
    ] : []),
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
  // In the id token too, as in Norway.
  claims: { openid: ['sub', 'pid'], acr: null },
  conformIdTokenClaims: false,
  findAccount: (_, accountId) => ({
    accountId,
    claims: () => ({
      sub: createHash('sha256').update(accountId).digest('hex'), ...claimsOf({ accountId }),
    }),
  }),
  acrValues: ['high', 'substantial', 'idporten-loa-high', 'idporten-loa-substantial'],
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

// The sign-in page says nothing of a level; here it does.
const finished = provider.interactionFinished.bind(provider);
provider.interactionFinished = (request, response, result, options) => {
  if (result.login) result.login.acr = claimsOf(result.login).acr;
  return finished(request, response, result, options);
};

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
  console.log(JSON.stringify({ issuer, key, machineKey, clientKey, clientSecret }));
});
