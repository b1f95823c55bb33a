// The official SDK against the practice portal: node client.mjs http://127.0.0.1:PORT
// Prints one JSON object; the test that starts it says what has to be in it.
import { B24OAuth } from '@bitrix24/b24jssdk'

const portal = process.argv[2]
const client = { clientId: 'local.practice', clientSecret: 'practice-secret' }
const seen = { refreshed: 0 }

const control = (path, body) =>
  fetch(`${portal}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })

// What a browser would do: sign in, come back with a code, change it for tokens.
async function signedIn() {
  const asked = `${portal}/oauth/authorize/?client_id=${client.clientId}&state=abc&redirect_uri=http://127.0.0.1/back`
  const back = new URL((await fetch(asked, { redirect: 'manual' })).headers.get('location'))
  seen.state = back.searchParams.get('state')
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    code: back.searchParams.get('code'),
  })
  return (await fetch(`${portal}/oauth/token/`, { method: 'POST', body: form })).json()
}

const tokens = await signedIn()
const b24 = new B24OAuth(
  {
    applicationToken: 'none',
    userId: tokens.user_id,
    memberId: tokens.member_id,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expires: tokens.expires,
    expiresIn: tokens.expires_in,
    scope: tokens.scope,
    domain: tokens.domain,
    // The SDK adds a slash of its own.
    clientEndpoint: tokens.client_endpoint.replace(/\/$/, ''),
    serverEndpoint: tokens.server_endpoint,
    status: tokens.status,
    issuer: 'store',
  },
  client,
)
b24.setCallbackRefreshAuth(async () => {
  seen.refreshed += 1
})
const call = (method, params = {}) => b24.actions.v2.call.make({ method, params })
const resultOf = async (method, params) => (await call(method, params)).getData().result
const attempt = async (action) => {
  try {
    const answer = await action()
    return answer.isSuccess ? 'success' : answer.getErrorMessages().join('; ')
  } catch (error) {
    return String(error.message ?? error)
  }
}

await b24.initIsAdmin()
seen.admin = b24.auth.isAdmin
seen.product = await resultOf('crm.product.add', { fields: { NAME: 'Болт & "гайка" = 1+1 %', XML_ID: 'guid#1' } })
seen.name = (await resultOf('crm.product.get', { id: seen.product })).NAME

const batch = await b24.actions.v2.batch.make({
  calls: {
    section: ['crm.productsection.add', { fields: { NAME: 'Раздел', XML_ID: 'g#1' } }],
    product: ['crm.product.add', { fields: { NAME: 'Гайка', SECTION_ID: '$result[section]', PRICE: 5, CURRENCY_ID: 'RUB' } }],
    refused: ['crm.product.update', { id: 1, fields: { NAME: 'x' } }],
    wrong: ['no.such.method', {}],
    found: ['crm.product.list', { filter: { '=XML_ID': 'guid#1' }, select: ['ID', 'NAME'] }],
  },
  options: { isHaltOnError: false, returnAjaxResult: true },
})
const answers = batch.getData()
seen.section = answers.section.getData().result
seen.placed = (await resultOf('crm.product.get', { id: answers.product.getData().result })).SECTION_ID
// The SDK takes an empty `error` for none; it has no result either.
seen.refused = answers.refused.getData().result === undefined
seen.wrong = answers.wrong.getErrorMessages()
seen.found = answers.found.getData().result

for (const part of [0, 1, 2]) {
  const calls = Array.from({ length: 40 }, (_, i) => ['crm.company.add', { fields: { TITLE: `К${part}-${i}` } }])
  await b24.actions.v2.batch.make({ calls })
}
seen.companies = (await b24.actions.v2.callList.make({ method: 'crm.company.list', params: { select: ['ID'] } }))
  .getData().length

await control('oauth/expire', {})
seen.afterExpiry = await attempt(() => call('profile'))
await control('faults', { action: 'query_limit' })
seen.afterLimit = await attempt(() => call('profile'))
seen.unknown = await attempt(() => call('no.such.method'))
await control('oauth/revoke', {})
seen.afterRevocation = await attempt(() => call('profile'))

console.log(JSON.stringify(seen))
